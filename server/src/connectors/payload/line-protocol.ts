import { Status } from '@millwright/model/quality.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'
import type { Refusal } from '@millwright/model/write-outcome.ts'
import type { SampleSink } from '../sink.ts'
import { safeName } from './line-mapping.ts'
import type { LineField, LineSeries, LineSeriesTable } from './line-series.ts'
import { unescapeName } from './line-text.ts'
import { LineTimeReader, type LinePrecision } from './line-time.ts'
import { LineValueReader } from './line-value.ts'

/** Longest line that is read. */
export const MAX_LINE_BYTES = 1_048_576
const MAX_EXCERPT = 200

/** A line, or a field of one, that was not taken. `line` counts from 1. */
export interface LineRefusal {
  readonly line: number
  /** The asset or signal, or the beginning of the line where that is not known. */
  readonly where: string
  readonly refusal: Refusal
  readonly count: number
}

export interface LineProtocolOptions {
  readonly sink: SampleSink
  readonly table: LineSeriesTable
  readonly precision: LinePrecision
  readonly database: string
  /** The time of lines without one. */
  readonly receivedUs: number
  /** Who sends, for the quotas of new signals. */
  readonly sender: string
  readonly onRefused: (refusal: LineRefusal) => void
}

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const BACKSLASH = 0x5c
const EQUALS = 0x3d
const COMMA = 0x2c

/** Stands in place of a series id. */
const UNKNOWN = -1

interface OtherField {
  readonly field: LineField | undefined
  readonly nameStart: number
  readonly nameEnd: number
  readonly kind: ValueKind
  readonly number: number
  readonly text: string
  readonly flaw: string | undefined
}

/**
 * Reads InfluxDB line protocol (docs.influxdata.com, "Line protocol reference") of one request from its bytes into the sink's open columns.
 * A line is taken whole or not at all, except that a field whose value cannot be kept is refused alone. Never throws.
 */
export class LineProtocolReader {
  readonly #options: LineProtocolOptions
  readonly #time: LineTimeReader
  readonly #value = new LineValueReader()
  /** The fields of the line at hand: the series of each, or {@link UNKNOWN}, and its value. */
  #known = new Float64Array(64)
  #numbers = new Float64Array(64)
  /** Of fields that are no plain numbers of a known signal. */
  readonly #others: (OtherField | undefined)[] = []
  #count = 0
  #before: LineSeries | undefined
  #problem = ''
  #isSkipping = false
  /** Lines that were looked at, comments and empty ones included. */
  lines = 0
  /** Samples that were added. */
  taken = 0
  /** Lines and fields that were refused. */
  refused = 0

  constructor(options: LineProtocolOptions) {
    this.#options = options
    this.#time = new LineTimeReader(options.precision)
  }

  /**
   * Takes all complete lines of `bytes[start, end)`, the last one also without a line end when `isLast`.
   * Answers where the line begins that is not complete yet; call again from there with more bytes.
   */
  take(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const { table, sink } = this.#options
    if (table.renew(sink.generation)) this.#before = undefined
    let at = this.#isSkipping ? this.#skip(bytes, start, end) : start
    // Only whole lines are looked at, so what is cut off at the end never seems wrong.
    const limit = isLast || at >= end ? end : bytes.lastIndexOf(NEWLINE, end - 1) + 1
    while (at < limit) {
      const next = this.#line(bytes, at, limit, isLast)
      if (next >= 0) at = next
      else if (end - at > MAX_LINE_BYTES) at = this.#wrong(bytes, at, limit, true)
      else return at
    }
    if (!isLast && end - at > MAX_LINE_BYTES) {
      this.lines++
      this.#refuse(excerptOf(bytes, at, end), 'LIMIT_REACHED', `a line may have at most ${MAX_LINE_BYTES} bytes`, 1)
      this.#isSkipping = true
      return end
    }
    return at
  }

  /** Passes over the rest of a line that is too long; answers where the next one begins. */
  #skip(bytes: Uint8Array, start: number, end: number): number {
    const close = bytes.indexOf(NEWLINE, start)
    if (close < 0 || close >= end) return end
    this.#isSkipping = false
    return close + 1
  }

  /** One line from `start`; answers where the next one begins, -1 when this one is not complete. */
  #line(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    let at = start
    while (at < end && isBlank(bytes[at] as number)) at++
    if (at >= end) return isLast ? end : -1
    if (bytes[at] === NEWLINE || bytes[at] === 0x23) {
      const close = bytes.indexOf(NEWLINE, at)
      if (close < 0 || close >= end) return isLast ? this.#passed(end) : -1
      return this.#passed(close + 1)
    }
    const series = this.#series(bytes, at, end)
    if (series === undefined) return this.#wrong(bytes, start, end, isLast)
    const fieldsStart = at + series.key.length - 1
    const fieldsEnd = this.#readFields(bytes, fieldsStart, end, series)
    if (fieldsEnd < 0) return this.#wrong(bytes, start, end, isLast)
    at = fieldsEnd
    while (at < end && bytes[at] === SPACE) at++
    const timeStart = at
    while (at < end && (bytes[at] as number) > SPACE) at++
    const timeEnd = at
    while (at < end && isBlank(bytes[at] as number)) at++
    if (at >= end && !isLast) return -1
    if (at < end && bytes[at] !== NEWLINE) {
      this.#problem = `PAYLOAD_INVALID a line ends after its time, not with "${excerptOf(bytes, at, Math.min(end, at + 20))}"`
      return this.#wrong(bytes, start, end, isLast)
    }
    const timeUs = timeStart === timeEnd ? this.#options.receivedUs : this.#time.read(bytes, timeStart, timeEnd)
    if (Number.isNaN(timeUs)) {
      const shown = excerptOf(bytes, timeStart, Math.min(timeEnd, timeStart + 40))
      this.#problem = `TIME_INVALID "${shown}" is no time between 1970 and 2254 in the precision "${this.#options.precision}" (an integer; the default is ns)`
      return this.#wrong(bytes, start, end, isLast)
    }
    this.lines++
    if (this.#before !== undefined) this.#before.next = series
    this.#before = series
    this.#add(bytes, series, timeUs)
    return Math.min(at + 1, end)
  }

  #passed(next: number): number {
    this.lines++
    return next
  }

  /** Refuses the line at `start` and goes on behind its line end; waits where that has not come yet. */
  #wrong(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const close = bytes.indexOf(NEWLINE, start)
    if ((close < 0 || close >= end) && !isLast) return -1
    const next = close < 0 || close >= end ? end : close + 1
    // An open quote may close in what is still to come: the text of a field may hold line ends.
    if (this.#problem === OPEN_QUOTE && !isLast) return -1
    this.lines++
    const cut = this.#problem.indexOf(' ')
    this.#refuse(excerptOf(bytes, start, next), this.#problem.slice(0, cut), this.#problem.slice(cut + 1), Math.max(1, this.#count))
    return next
  }

  #series(bytes: Uint8Array, start: number, end: number): LineSeries | undefined {
    this.#count = 0
    const expected = this.#before?.next
    if (expected !== undefined && expected.database === this.#options.database && expected.key.isAt(bytes, start, end)) return expected
    let at = start
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === BACKSLASH && bytes[at + 1] !== NEWLINE) at++
      else if (byte === SPACE) break
      else if (byte === NEWLINE) {
        this.#problem = 'PAYLOAD_INVALID a line has no fields; it is written measurement,tag=x field=1.5 1700000000000000000'
        return undefined
      }
    }
    if (at >= end) {
      this.#problem = 'PAYLOAD_INVALID a line has no fields; it is written measurement,tag=x field=1.5 1700000000000000000'
      return undefined
    }
    const found = this.#options.table.find(bytes, start, at, this.#options.database)
    if ('code' in found) {
      this.#problem = `${found.code} ${found.message}`
      return undefined
    }
    return found
  }

  /** Reads the fields from behind the series key; answers where they end, or -1 with the problem. */
  #readFields(bytes: Uint8Array, start: number, end: number, series: LineSeries): number {
    let at = start
    while (at < end && bytes[at] === SPACE) at++
    let expected = series.first
    let before: LineField | undefined
    for (;;) {
      const nameStart = at
      let field = expected
      if (field !== undefined && field.name.isAt(bytes, at, end)) at += field.name.length - 1
      else {
        at = fieldNameEnd(bytes, at, end)
        if (at < 0 || at === nameStart) return this.#broken('a field is written name=value; a text value stands in double quotes')
        field = series.find(bytes, nameStart, at)
        if (field !== undefined) {
          if (before === undefined) series.first = field
          else before.next = field
        }
      }
      const valueEnd = this.#value.read(bytes, at + 1, end)
      if (valueEnd < 0) {
        this.#problem = this.#value.isOpen ? OPEN_QUOTE : `PAYLOAD_INVALID the field "${excerptOf(bytes, nameStart, at)}" ${this.#value.problem}`
        return -1
      }
      this.#note(field, nameStart, at)
      at = valueEnd
      before = field
      expected = field?.next
      if (at >= end || bytes[at] !== COMMA) return at
      at++
    }
  }

  #broken(what: string): number {
    this.#problem = `PAYLOAD_INVALID ${what}`
    return -1
  }

  /** Keeps a field until its line has proved to be whole; no object is made for a number or boolean of a known signal. */
  #note(field: LineField | undefined, nameStart: number, nameEnd: number): void {
    const at = this.#count++
    const value = this.#value
    if (at === this.#numbers.length) this.#grow()
    if (field !== undefined && field.kind === value.kind && value.kind !== 'text' && value.flaw === undefined) {
      this.#known[at] = field.series
      this.#numbers[at] = value.number
    } else {
      this.#known[at] = UNKNOWN
      this.#others[at] = { field, nameStart, nameEnd, kind: value.kind, number: value.number, text: value.text, flaw: value.flaw }
    }
  }

  #grow(): void {
    const known = new Float64Array(this.#known.length * 2)
    const numbers = new Float64Array(this.#numbers.length * 2)
    known.set(this.#known)
    numbers.set(this.#numbers)
    this.#known = known
    this.#numbers = numbers
  }

  #add(bytes: Uint8Array, series: LineSeries, timeUs: number): void {
    const open = this.#options.sink.open
    for (let i = 0; i < this.#count; i++) {
      const known = this.#known[i] as number
      if (known === UNKNOWN) {
        this.#addOther(bytes, series, timeUs, this.#others[i])
        this.#others[i] = undefined
      } else {
        open.addNumber(known, timeUs, this.#numbers[i] as number, Status.good)
        this.taken++
      }
    }
  }

  /** A text, or a field whose signal is not known yet, whose kind has changed, or whose value cannot be kept. */
  #addOther(bytes: Uint8Array, series: LineSeries, timeUs: number, other: OtherField | undefined): void {
    if (other === undefined) throw new Error('BUG: a field was noted nowhere')
    const { sink, sender } = this.#options
    const { field, nameStart, nameEnd, kind, flaw } = other
    let id = field?.kind === kind && flaw === undefined ? field.series : undefined
    if (id === undefined) {
      const name = unescapeName(bytes.subarray(nameStart, nameEnd))
      if (name === undefined || flaw !== undefined) {
        this.#refuse(`${series.assetPath}/${(name ?? '').slice(0, 200)}`, 'PAYLOAD_INVALID', flaw ?? 'the name of a field must be UTF-8', 1)
        return
      }
      const signal = safeName(name)
      const resolution = sink.resolve(series.assetPath, signal, kind, undefined, sender)
      if ('refusal' in resolution) {
        this.#refuse(`${series.assetPath}/${signal.slice(0, 200)}`, resolution.refusal.code, resolution.refusal.message, 1)
        return
      }
      id = resolution.series
      series.learn(bytes, nameStart, nameEnd, id, resolution.kind)
    }
    if (kind === 'text') sink.open.addText(id, timeUs, other.text, Status.good)
    else sink.open.addNumber(id, timeUs, other.number, Status.good)
    this.taken++
  }

  #refuse(where: string, code: string, message: string, count: number): void {
    this.refused++
    this.#options.onRefused({ line: this.lines, where, refusal: { code, message }, count })
  }
}

const OPEN_QUOTE = 'PAYLOAD_INVALID a text value has no closing quote'

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === RETURN || byte === 0x09
}

/** Where the name of a field ends (its `=`), -1 when the line ends before. */
function fieldNameEnd(bytes: Uint8Array, at: number, end: number): number {
  for (; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === EQUALS) return at
    if (byte === BACKSLASH && bytes[at + 1] !== NEWLINE) at++
    else if (byte === SPACE || byte === COMMA || byte === NEWLINE) return -1
  }
  return -1
}

function excerptOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + MAX_EXCERPT))).toString('utf8').trimEnd()
}
