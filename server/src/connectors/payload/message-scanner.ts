import { Status } from '@millwright/model/quality.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { isStorableTime, msToUs, parseIsoTime } from '@millwright/model/time.ts'
import type { SampleSink } from '../sink.ts'
import { DecimalReader } from './decimal.ts'
import { MAX_TEXT_BYTES } from './json-reader.ts'
import { latin1Text } from './latin1-text.ts'
import type { MessageShape, ShapeSignal } from './message-shape.ts'

/** Samples of one message that are taken the fast way; larger ones go the slow way. */
const MAX_FAST_SAMPLES = 65_536
const NO = -1
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN = 0x7b
const CLOSE = 0x7d
const BACKSLASH = 0x5c

const ascii = new TextEncoder()
const PATH = ascii.encode('"path"')
const TS = ascii.encode('"ts"')
const VALUES = ascii.encode('"values"')
const TRUE = ascii.encode('true')
const FALSE = ascii.encode('false')
const NULL = ascii.encode('null')

/** The shape of the asset that a message names by `path`. */
export type ShapeByPath = (path: string) => MessageShape | undefined

/**
 * Reads ordinary messages straight from the bytes: flat objects with known names, numbers, booleans, plain texts. Whatever is unusual or wrong makes it
 * say no with nothing added, and the slow reader decides; so both always agree. No object is made for a number.
 */
export class MessageScanner {
  readonly #decimal = new DecimalReader()
  #series = new Uint32Array(256)
  #timesUs = new Float64Array(256)
  #values = new Float64Array(256)
  #length = 0
  readonly #textSeries: SeriesId[] = []
  readonly #textTimesUs: number[] = []
  readonly #texts: (string | null)[] = []
  #message = 0
  #timeUs = 0
  #hasTime = false

  /** How many samples the last message had. */
  get count(): number {
    return this.#length + this.#texts.length
  }

  /** Takes a message, or an array of such, about the asset of `shape`; with `byPath` each message names its own. False: nothing was added. */
  take(bytes: Uint8Array, start: number, end: number, receivedUs: number, sink: SampleSink, shape: MessageShape | undefined, byPath?: ShapeByPath): boolean {
    this.#clear()
    let at = skipSpace(bytes, start, end)
    if (at >= end) return false
    if (bytes[at] === OPEN) at = this.#messageAt(bytes, at, end, receivedUs, shape, byPath)
    else if (bytes[at] === 0x5b) at = this.#arrayAt(bytes, at, end, receivedUs, shape, byPath)
    else return false
    if (at === NO || skipSpace(bytes, at, end) !== end) return false
    this.#addTo(sink)
    return true
  }

  /** Takes a bare value of one signal. False: nothing was added. */
  takeValue(bytes: Uint8Array, start: number, end: number, receivedUs: number, sink: SampleSink, signal: ShapeSignal): boolean {
    this.#clear()
    let at = skipSpace(bytes, start, end)
    if (at >= end) return false
    this.#timeUs = receivedUs
    at = this.#value(bytes, at, end, signal)
    if (at === NO || skipSpace(bytes, at, end) !== end) return false
    this.#addTo(sink)
    return true
  }

  #clear(): void {
    this.#length = 0
    if (this.#texts.length === 0) return
    this.#textSeries.length = 0
    this.#textTimesUs.length = 0
    this.#texts.length = 0
  }

  #addTo(sink: SampleSink): void {
    const open = sink.open
    for (let i = 0; i < this.#length; i++) {
      const value = this.#values[i] as number
      open.addNumber(this.#series[i] as number, this.#timesUs[i] as number, value, Number.isNaN(value) ? Status.badNoData : Status.good)
    }
    for (let i = 0; i < this.#texts.length; i++) {
      const text = this.#texts[i] as string | null
      open.addText(this.#textSeries[i] as number, this.#textTimesUs[i] as number, text, text === null ? Status.badNoData : Status.good)
    }
  }

  #arrayAt(bytes: Uint8Array, at: number, end: number, receivedUs: number, shape: MessageShape | undefined, byPath: ShapeByPath | undefined): number {
    do {
      at = skipSpace(bytes, at + 1, end)
      if (at >= end || bytes[at] !== OPEN) return NO
      at = this.#messageAt(bytes, at, end, receivedUs, shape, byPath)
      if (at === NO) return NO
      at = skipSpace(bytes, at, end)
      if (at >= end) return NO
    } while (bytes[at] === COMMA)
    return bytes[at] === 0x5d ? at + 1 : NO
  }

  /** One message, from its `{`: first `path` where it is asked for, then `ts` and `values` in either order, or bare values with or without `ts`. */
  #messageAt(bytes: Uint8Array, at: number, end: number, receivedUs: number, shape: MessageShape | undefined, byPath: ShapeByPath | undefined): number {
    this.#message++
    this.#timeUs = receivedUs
    this.#hasTime = false
    const first = this.#length
    const firstText = this.#texts.length
    at = skipSpace(bytes, at + 1, end)
    if (byPath !== undefined) {
      if (!isName(bytes, at, end, PATH)) return NO
      const from = afterColon(bytes, at + PATH.length, end) + 1
      const to = from > 0 && bytes[from - 1] === QUOTE ? plainTextEnd(bytes, from, end) : NO
      if (to === NO) return NO
      shape = byPath(latin1Text(bytes, from, to))
      at = afterComma(bytes, to + 1, end)
      if (at === NO) return NO
    }
    if (shape === undefined) return NO
    at = this.#parts(bytes, at, end, shape)
    if (at !== NO) this.#stamp(first, firstText)
    return at
  }

  /** From the first name of a message to behind its `}`. */
  #parts(bytes: Uint8Array, at: number, end: number, shape: MessageShape): number {
    if (isName(bytes, at, end, TS)) {
      at = this.#time(bytes, at, end)
      if (at === NO) return NO
      at = afterComma(bytes, at, end)
      if (at === NO) return NO
    }
    if (!isName(bytes, at, end, VALUES)) return this.#list(bytes, at, end, shape, true)
    at = afterColon(bytes, at + VALUES.length, end)
    if (at === NO || bytes[at] !== OPEN) return NO
    at = this.#list(bytes, skipSpace(bytes, at + 1, end), end, shape, false)
    if (at === NO) return NO
    at = skipSpace(bytes, at, end)
    if (at < end && bytes[at] === COMMA) {
      at = skipSpace(bytes, at + 1, end)
      if (this.#hasTime || !isName(bytes, at, end, TS)) return NO
      at = this.#time(bytes, at, end)
      if (at === NO) return NO
      at = skipSpace(bytes, at, end)
    }
    return at < end && bytes[at] === CLOSE ? at + 1 : NO
  }

  /** The names and values of an object, from the first name to behind the `}`. */
  #list(bytes: Uint8Array, at: number, end: number, shape: MessageShape, isBare: boolean): number {
    let expected = shape.first
    let before: ShapeSignal | undefined
    for (;;) {
      if (at >= end || bytes[at] !== QUOTE) return NO
      if (isBare && !this.#hasTime && isName(bytes, at, end, TS)) at = this.#time(bytes, at, end)
      else {
        let signal = expected
        if (signal === undefined || !signal.name.isAt(bytes, at + 1, end)) {
          signal = this.#lookUp(bytes, at + 1, end, shape)
          if (signal === undefined) return NO
          if (before === undefined) shape.first = signal
          else before.next = signal
        }
        if (signal.seen === this.#message) return NO
        signal.seen = this.#message
        at = afterColon(bytes, at + signal.name.length + 1, end)
        if (at === NO) return NO
        at = this.#value(bytes, at, end, signal)
        before = signal
        expected = signal.next
      }
      if (at === NO) return NO
      if (at < end && bytes[at] === COMMA) at++
      else {
        at = skipSpace(bytes, at, end)
        if (at >= end) return NO
        if (bytes[at] === CLOSE) return at + 1
        if (bytes[at] !== COMMA) return NO
        at++
      }
      at = skipSpace(bytes, at, end)
    }
  }

  #lookUp(bytes: Uint8Array, at: number, end: number, shape: MessageShape): ShapeSignal | undefined {
    let to = at
    while (to < end && bytes[to] !== QUOTE) {
      if (bytes[to] === BACKSLASH) return undefined
      to++
    }
    return to < end ? shape.find(bytes, at, to) : undefined
  }

  /** `"ts"` and its value; answers where it ends. */
  #time(bytes: Uint8Array, at: number, end: number): number {
    at = afterColon(bytes, at + TS.length, end)
    if (at === NO) return NO
    let timeUs: number
    if (bytes[at] === QUOTE) {
      const to = plainTextEnd(bytes, at + 1, end)
      if (to === NO) return NO
      timeUs = parseIsoTime(latin1Text(bytes, at + 1, to)) ?? Number.NaN
      at = to + 1
    } else {
      timeUs = msToUs(this.#decimal.read(bytes, at, end))
      at = this.#decimal.end
    }
    if (!isStorableTime(timeUs)) return NO
    this.#timeUs = timeUs
    this.#hasTime = true
    return at
  }

  /** The value of a signal at `at`, which is before `end`; answers where it ends. */
  #value(bytes: Uint8Array, at: number, end: number, signal: ShapeSignal): number {
    const byte = bytes[at] as number
    if (byte === 0x6e) return isWord(bytes, at, end, NULL) ? this.#null(signal, at) : NO
    if (signal.kind === 'number') {
      const value = this.#decimal.read(bytes, at, end)
      // Not a number, infinite, or an integer of which digits may be lost: the slow reader says what is wrong.
      if (!(Math.abs(value) < Number.POSITIVE_INFINITY) || (this.#decimal.isInteger && this.#decimal.digits > 15)) return NO
      return this.#number(signal.series, value) ? this.#decimal.end : NO
    }
    if (signal.kind === 'boolean') {
      if (isWord(bytes, at, end, TRUE)) return this.#number(signal.series, 1) ? at + TRUE.length : NO
      if (isWord(bytes, at, end, FALSE)) return this.#number(signal.series, 0) ? at + FALSE.length : NO
      return NO
    }
    const to = byte === QUOTE ? plainTextEnd(bytes, at + 1, end) : NO
    return to !== NO && this.#text(signal.series, latin1Text(bytes, at + 1, to)) ? to + 1 : NO
  }

  #null(signal: ShapeSignal, at: number): number {
    const isAdded = signal.kind === 'text' ? this.#text(signal.series, null) : this.#number(signal.series, Number.NaN)
    return isAdded ? at + NULL.length : NO
  }

  #number(series: SeriesId, value: number): boolean {
    const at = this.#length
    if (at === this.#series.length && !this.#grow()) return false
    this.#series[at] = series
    this.#values[at] = value
    this.#timesUs[at] = this.#timeUs
    this.#length = at + 1
    return true
  }

  #text(series: SeriesId, text: string | null): boolean {
    if (this.#texts.length >= MAX_FAST_SAMPLES) return false
    this.#textSeries.push(series)
    this.#textTimesUs.push(this.#timeUs)
    this.#texts.push(text)
    return true
  }

  /** `ts` may stand behind the values. */
  #stamp(first: number, firstText: number): void {
    const timeUs = this.#timeUs
    for (let i = first; i < this.#length; i++) this.#timesUs[i] = timeUs
    for (let i = firstText; i < this.#texts.length; i++) this.#textTimesUs[i] = timeUs
  }

  #grow(): boolean {
    const size = this.#series.length * 2
    if (size > MAX_FAST_SAMPLES) return false
    const series = new Uint32Array(size)
    const timesUs = new Float64Array(size)
    const values = new Float64Array(size)
    series.set(this.#series)
    timesUs.set(this.#timesUs)
    values.set(this.#values)
    this.#series = series
    this.#timesUs = timesUs
    this.#values = values
    return true
  }
}

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at] as number
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return at
    at++
  }
  return at
}

/** Where the value behind a colon begins, always before `end`. */
function afterColon(bytes: Uint8Array, at: number, end: number): number {
  return afterMark(bytes, at, end, COLON)
}

function afterComma(bytes: Uint8Array, at: number, end: number): number {
  return afterMark(bytes, at, end, COMMA)
}

function afterMark(bytes: Uint8Array, at: number, end: number, mark: number): number {
  if (at >= end) return NO
  if (bytes[at] !== mark) {
    at = skipSpace(bytes, at, end)
    if (at >= end || bytes[at] !== mark) return NO
  }
  at = skipSpace(bytes, at + 1, end)
  return at < end ? at : NO
}

/** Where a text of printable ASCII without escapes ends (its closing quote); -1 for any other. */
function plainTextEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + MAX_TEXT_BYTES + 1)
  for (; at < limit; at++) {
    const byte = bytes[at] as number
    if (byte === QUOTE) return at
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return NO
  }
  return NO
}

/** Tells whether a name, its quotes included, stands at `at`. */
function isName(bytes: Uint8Array, at: number, end: number, name: Uint8Array): boolean {
  return at < end && bytes[at] === QUOTE && isWord(bytes, at, end, name)
}

function isWord(bytes: Uint8Array, at: number, end: number, word: Uint8Array): boolean {
  if (at + word.length > end) return false
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false
  return true
}
