import type { NumberColumns, SampleBatch, TextColumns, WaveformColumns } from '@millwright/model/sample-batch.ts'
import { US_PER_MS } from '@millwright/model/time.ts'
import type { PlantSignal } from '../plant/layout.ts'

/** One MQTT message. */
export interface JsonMessage {
  readonly topic: string
  readonly payload: string
}

/** Points of one message of a waveform: two seconds at 25.6 kHz, some 600 kB of text, which brokers take. */
const MAX_WAVEFORM_POINTS = 51_200
/** So many digits give each 32-bit float back. */
const FLOAT_DIGITS = 9

/** A message is closed when it is longer than this, in UTF-16 units. */
const MAX_PAYLOAD = 60_000

interface Growing {
  readonly topic: string
  text: string
  timeUs: number
}

/** Turns batches into messages of `mw/v1/<asset path>`: an array of `{"ts": …, "values": {…}}`, one element a moment. */
export class JsonEncoder {
  readonly #assets: readonly string[]
  readonly #assetOf: Int32Array
  /** `"name":` of each series. */
  readonly #keys: readonly string[]
  readonly #isBoolean: readonly boolean[]
  readonly #prefix: string

  constructor(signals: readonly PlantSignal[], prefix = 'mw/v1/') {
    this.#prefix = prefix
    this.#assets = [...new Set(signals.map((signal) => signal.asset))]
    const index = new Map(this.#assets.map((asset, at) => [asset, at]))
    const size = signals.reduce((most, { series }) => Math.max(most, series), 0) + 1
    this.#assetOf = new Int32Array(size).fill(-1)
    const keys = new Array<string>(size).fill('')
    const isBoolean = new Array<boolean>(size).fill(false)
    for (const signal of signals) {
      this.#assetOf[signal.series] = index.get(signal.asset) ?? -1
      keys[signal.series] = `${JSON.stringify(signal.name)}:`
      isBoolean[signal.series] = signal.kind === 'boolean'
    }
    this.#keys = keys
    this.#isBoolean = isBoolean
  }

  /** Messages that carry a batch, in the order of time for each asset; waveforms come last, each in messages of its own. */
  encode({ numbers, texts, waveforms }: SampleBatch): JsonMessage[] {
    const done: JsonMessage[] = []
    const open = new Map<number, Growing>()
    this.#add(numbers, (at) => {
      const value = numbers.values[at] as number
      if (this.#isBoolean[numbers.series[at] as number]) return value === 0 ? 'false' : 'true'
      return Number.isFinite(value) ? String(value) : 'null'
    }, open, done)
    this.#add(texts, (at) => JSON.stringify(texts.values[at] ?? null), open, done)
    for (const growing of open.values()) done.push(close(growing))
    for (let at = 0; at < waveforms.length; at++) done.push(...this.#waveform(waveforms, at))
    return done
  }

  #waveform({ series, timesUs, rateHz, values }: WaveformColumns, at: number): JsonMessage[] {
    const [id, fromUs, rate, points = new Float32Array(0)] = [series[at] as number, timesUs[at] as number, rateHz[at] as number, values[at]]
    const topic = `${this.#prefix}${this.#assets[this.#assetOf[id] as number]}`
    const pieces: JsonMessage[] = []
    for (let from = 0; from < points.length; from += MAX_WAVEFORM_POINTS) {
      const numbers = Array.from(points.subarray(from, from + MAX_WAVEFORM_POINTS), (point) => Number(point.toPrecision(FLOAT_DIGITS))).join(',')
      pieces.push({ topic, payload: `{"ts":${(fromUs + Math.round((from / rate) * 1e6)) / US_PER_MS},"values":{${this.#keys[id]}{"rateHz":${rate},"waveform":[${numbers}]}}}` })
    }
    return pieces
  }

  #add(columns: NumberColumns | TextColumns, valueAt: (at: number) => string, open: Map<number, Growing>, done: JsonMessage[]): void {
    for (let at = 0; at < columns.length; at++) {
      const series = columns.series[at] as number
      const asset = this.#assetOf[series] as number
      const timeUs = columns.timesUs[at] as number
      let growing = open.get(asset)
      if (growing !== undefined && growing.text.length > MAX_PAYLOAD) {
        done.push(close(growing))
        growing = undefined
      }
      if (growing === undefined) {
        growing = { topic: `${this.#prefix}${this.#assets[asset]}`, text: '', timeUs: Number.NaN }
        open.set(asset, growing)
      }
      const value = `${this.#keys[series]}${valueAt(at)}`
      if (growing.timeUs === timeUs) growing.text += `,${value}`
      else {
        growing.text += `${growing.text === '' ? '' : '}},'}{"ts":${timeUs / US_PER_MS},"values":{${value}`
        growing.timeUs = timeUs
      }
    }
  }
}

function close({ topic, text }: Growing): JsonMessage {
  return { topic, payload: `[${text}}}]` }
}
