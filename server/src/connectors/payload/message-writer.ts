import { nameProblem, pathProblem } from '@millwright/model/path.ts'
import type { StatusCode } from '@millwright/model/quality.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Refusal } from '@millwright/model/write-outcome.ts'
import type { SampleSink } from '../sink.ts'
import { JsonFlaw, JsonObject, isJsonArray, jsonKind, type JsonArray, type JsonValue } from './json-value.ts'
import { QUALITY_FORM, qualityAt, qualityOf, qualityStatus, statusOfNothing } from './message-quality.ts'
import { messageTime } from './message-time.ts'
import { isWaveform, waveformValue } from './waveform-value.ts'

/** Something of a message that was not taken: `where` is the asset's or signal's path. */
export interface MessageRefusal {
  readonly where: string
  readonly refusal: Refusal
  /** Samples that were lost with it; 1 where they cannot be counted. */
  readonly count: number
}

/** Hears which series a signal turned out to be. */
export type OnResolved = (assetPath: string, signal: string, series: SeriesId, kind: ValueKind) => void

type Times = number | readonly (number | Refusal)[]

/**
 * Writes messages that were read as JSON to the sink's open columns, sample by sample: what is wrong is handed to `onRefused`, the rest is kept.
 * The forms are those of `docs/connect/mqtt-json.md`.
 */
export class MessageWriter {
  readonly #sink: SampleSink
  readonly #onRefused: (refusal: MessageRefusal) => void
  readonly #onResolved: OnResolved | undefined
  /** Samples that were added since the writer was made. */
  taken = 0
  /** Who sends, for the quotas of new signals. */
  sender: string

  constructor(
    sink: SampleSink,
    onRefused: (refusal: MessageRefusal) => void,
    options: { readonly sender: string; readonly onResolved?: OnResolved },
  ) {
    this.#sink = sink
    this.#onRefused = onRefused
    this.#onResolved = options.onResolved
    this.sender = options.sender
  }

  /**
   * Writes one message about an asset: `{"ts", "values", "quality"}`, or the values alone.
   * `ownNames` are names beside those that the caller has already read, such as `path`.
   */
  message(assetPath: string, message: JsonValue, receivedUs: number, ownNames: readonly string[] = []): void {
    if (!(message instanceof JsonObject)) {
      const what = message instanceof JsonFlaw ? message.message : `a message is an object such as {"ts": …, "values": {"temperature": 21.5}}, not ${jsonKind(message)}`
      this.#refuse(assetPath, 'PAYLOAD_INVALID', what, 1)
      return
    }
    const values = message.get('values')
    if (values === undefined) {
      this.#timed(assetPath, message, { message, receivedUs, quality: undefined, skip: ['ts', ...ownNames] })
      return
    }
    this.#checkNames(assetPath, message, ['ts', 'values', 'quality', ...ownNames])
    if (values instanceof JsonObject) this.#timed(assetPath, values, { message, receivedUs, quality: message.get('quality'), skip: [] })
    else this.#refuse(assetPath, 'PAYLOAD_INVALID', `"values" must be an object such as {"temperature": 21.5}, not ${jsonKind(values)}`, 1)
  }

  /** Writes one value of one signal at one time. */
  value(assetPath: string, signal: string, value: JsonValue, timeUs: number, status: StatusCode): void {
    const problem = nameProblem(signal)
    if (problem !== undefined) this.#refuse(assetPath, 'NAME_INVALID', `signal "${signal.slice(0, 60)}": ${problem}`, 1)
    else this.#valueOf(assetPath, signal, value, timeUs, status)
  }

  #timed(
    assetPath: string,
    values: JsonObject,
    from: { message: JsonObject; receivedUs: number; quality: JsonValue | undefined; skip: readonly string[] },
  ): void {
    const ts = from.message.get('ts')
    const isColumns = ts !== undefined && ts !== null && isJsonArray(ts)
    const times = isColumns ? ts.map((one) => messageTime(one, from.receivedUs)) : messageTime(ts, from.receivedUs)
    if (typeof times === 'object' && !isList(times)) {
      this.#refuse(assetPath, times.code, times.message, countOf(values))
      return
    }
    if (values.names.every((name) => from.skip.includes(name))) {
      this.#refuse(assetPath, 'PAYLOAD_INVALID', 'the message has no values', 1)
      return
    }
    this.#values(assetPath, values, times, from.quality, from.skip)
  }

  #values(assetPath: string, values: JsonObject, times: Times, quality: JsonValue | undefined, skip: readonly string[]): void {
    this.#checkQuality(assetPath, values, quality)
    const last = lastIndexes(values.names)
    for (const [index, name] of values.names.entries()) {
      if (skip.includes(name)) continue
      const value = values.values[index] as JsonValue
      if (last !== undefined && last.get(name) !== index) {
        this.#refuse(`${assetPath}/${name.slice(0, 200)}`, 'PAYLOAD_INVALID', `"${name.slice(0, 60)}" occurs twice in one object; the last one is kept`, countOf(value))
        continue
      }
      const problem = nameProblem(name)
      if (problem !== undefined) this.#refuse(assetPath, 'NAME_INVALID', `"${name.slice(0, 60)}": ${problem}`, countOf(value))
      else if (isWaveform(value)) this.#waveform(assetPath, name, value, times, qualityOf(quality, name))
      else if (value instanceof JsonObject) this.#nested(`${assetPath}/${name}`, value, times, qualityOf(quality, name))
      else if (typeof times === 'number') this.#single(assetPath, name, value, times, qualityOf(quality, name))
      else this.#column(assetPath, name, value, times, qualityOf(quality, name))
    }
  }

  /** An object among the values is an asset below: its name continues the path. */
  #nested(path: string, values: JsonObject, times: Times, quality: JsonValue | undefined): void {
    const problem = pathProblem(path)
    if (problem !== undefined) this.#refuse(path.slice(0, 1000), 'NAME_INVALID', problem, countOf(values))
    else this.#values(path, values, times, quality, [])
  }

  #waveform(assetPath: string, signal: string, value: JsonObject, times: Times, quality: JsonValue | undefined): void {
    const where = `${assetPath}/${signal}`
    const status = qualityStatus(quality)
    const waveform = waveformValue(value)
    if (typeof times !== 'number') this.#refuse(where, 'PAYLOAD_INVALID', 'a waveform has one time, that of its first point; send messages of their own where "ts" is an array', 1)
    else if (status === undefined) this.#refuse(where, 'PAYLOAD_INVALID', `${QUALITY_FORM}; the waveform was not kept`, 1)
    else if ('problem' in waveform) this.#refuse(where, 'PAYLOAD_INVALID', waveform.problem, 1)
    else {
      const found = this.#sink.resolve(assetPath, signal, 'waveform', undefined, this.sender)
      if ('refusal' in found) this.#refuse(where, found.refusal.code, found.refusal.message, 1)
      else if (found.kind !== 'waveform') this.#refuse(where, 'TYPE_MISMATCH', `the signal is of kind ${found.kind}; a waveform is not`, 1)
      else {
        this.#sink.open.addWaveform(found.series, times, waveform.rateHz, waveform.block, status)
        this.taken++
      }
    }
  }

  #single(assetPath: string, signal: string, value: JsonValue, timeUs: number, quality: JsonValue | undefined): void {
    const status = qualityStatus(quality)
    if (status === undefined) this.#refuse(`${assetPath}/${signal}`, 'PAYLOAD_INVALID', `${QUALITY_FORM}; the sample was not kept`, countOf(value))
    else this.#valueOf(assetPath, signal, value, timeUs, status)
  }

  #column(assetPath: string, signal: string, value: JsonValue, times: readonly (number | Refusal)[], quality: JsonValue | undefined): void {
    const where = `${assetPath}/${signal}`
    if (value === null || typeof value !== 'object' || !isJsonArray(value) || value.length !== times.length) {
      const what = value !== null && typeof value === 'object' && isJsonArray(value) ? `${value.length} values` : jsonKind(value)
      this.#refuse(where, 'PAYLOAD_INVALID', `where "ts" is an array, each signal is an array of as many values: ${times.length}, not ${what}`, countOf(value))
      return
    }
    for (const [index, timeUs] of times.entries()) {
      if (typeof timeUs === 'number') this.#single(assetPath, signal, value[index] as JsonValue, timeUs, qualityAt(quality, index))
      else this.#refuse(where, timeUs.code, `"ts" ${index}: ${timeUs.message}`, 1)
    }
  }

  #valueOf(assetPath: string, signal: string, value: JsonValue, timeUs: number, status: StatusCode): void {
    if (value === null) this.#nothing(assetPath, signal, timeUs, statusOfNothing(status))
    else if (typeof value === 'object') {
      const message = value instanceof JsonFlaw ? value.message : `a value is a number, a boolean, a text or null, not ${jsonKind(value)}`
      this.#refuse(`${assetPath}/${signal}`, value instanceof JsonFlaw ? value.code : 'PAYLOAD_INVALID', message, countOf(value))
    } else this.#something(assetPath, signal, value, timeUs, status)
  }

  #something(assetPath: string, signal: string, value: number | boolean | string, timeUs: number, status: StatusCode): void {
    const resolution = this.#sink.resolve(assetPath, signal, kindOf(value), undefined, this.sender)
    if ('refusal' in resolution) {
      this.#refuse(`${assetPath}/${signal}`, resolution.refusal.code, resolution.refusal.message, 1)
      return
    }
    const { series, kind } = resolution
    if (!isOfKind(value, kind)) {
      this.#refuse(`${assetPath}/${signal}`, 'TYPE_MISMATCH', `the signal is of kind ${kind}; ${JSON.stringify(value).slice(0, 60)} is not`, 1)
      return
    }
    this.#onResolved?.(assetPath, signal, series, kind)
    if (typeof value === 'string') this.#sink.open.addText(series, timeUs, value, status)
    else this.#sink.open.addNumber(series, timeUs, Number(value), status)
    this.taken++
  }

  #nothing(assetPath: string, signal: string, timeUs: number, status: StatusCode): void {
    const known = this.#sink.find(assetPath, signal)
    if (known === undefined || known.kind === 'waveform') {
      this.#refuse(`${assetPath}/${signal}`, 'SIGNAL_UNKNOWN', 'null does not say what kind of signal this is; a first value does', 1)
      return
    }
    if (known.kind === 'text') this.#sink.open.addText(known.series, timeUs, null, status)
    else this.#sink.open.addNumber(known.series, timeUs, Number.NaN, status)
    this.taken++
  }

  #checkNames(assetPath: string, message: JsonObject, allowed: readonly string[]): void {
    for (const [index, name] of message.names.entries()) {
      if (!allowed.includes(name)) {
        const shown = name.slice(0, 60)
        this.#refuse(assetPath, 'PAYLOAD_INVALID', `"${shown}" is no part of a message (${allowed.join(', ')}); a signal stands inside "values"`, countOf(message.values[index] as JsonValue))
      } else if (message.names.lastIndexOf(name) !== index) {
        this.#refuse(assetPath, 'PAYLOAD_INVALID', `"${name}" occurs twice in one message; the last one is used`, countOf(message.values[index] as JsonValue))
      }
    }
  }

  #checkQuality(assetPath: string, values: JsonObject, quality: JsonValue | undefined): void {
    if (!(quality instanceof JsonObject)) return
    const known = new Set(values.names)
    for (const name of quality.names) {
      if (!known.has(name)) this.#refuse(assetPath, 'PAYLOAD_INVALID', `"quality" names "${name.slice(0, 60)}", of which there is no value`, 1)
    }
  }

  #refuse(where: string, code: string, message: string, count: number): void {
    this.#onRefused({ where, refusal: { code, message }, count })
  }
}

function kindOf(value: number | boolean | string): ValueKind {
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'boolean' : 'number'
}

/** Tells whether a value can be a sample of a signal of this kind; a boolean is 0 or 1 where numbers are kept, but a number is no boolean. */
function isOfKind(value: number | boolean | string, kind: ValueKind): boolean {
  if (kind === 'waveform') return false
  if (kind === 'text') return typeof value === 'string'
  if (kind === 'boolean') return typeof value === 'boolean'
  return typeof value !== 'string'
}

function isList(times: readonly (number | Refusal)[] | Refusal): times is readonly (number | Refusal)[] {
  return Array.isArray(times)
}

/** Where each name stands last; undefined when none stands twice. */
function lastIndexes(names: readonly string[]): Map<string, number> | undefined {
  if (names.length < 2) return undefined
  const last = new Map<string, number>()
  for (const [index, name] of names.entries()) last.set(name, index)
  return last.size === names.length ? undefined : last
}

/** How many samples stand in a value. */
function countOf(value: JsonValue): number {
  if (value === null || typeof value !== 'object' || value instanceof JsonFlaw) return 1
  const parts: JsonArray = value instanceof JsonObject ? value.values : value
  let count = 0
  for (const part of parts) count += countOf(part)
  return Math.max(count, 1)
}
