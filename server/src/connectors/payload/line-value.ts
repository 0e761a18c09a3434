import type { ValueKind } from '@millwright/model/sample-batch.ts'
import { DecimalReader } from './decimal.ts'
import { MAX_TEXT_BYTES } from './json-reader.ts'
import { latin1Text } from './latin1-text.ts'
import { unescapeText } from './line-text.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
// What InfluxDB takes as a float beyond JSON's form: a sign, and a point without digits on one side.
const LOOSE_FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const INTEGER = /^[+-]?[0-9]+[iu]$/
const TRUE = /^(?:t|T|true|True|TRUE)$/
const FALSE = /^(?:f|F|false|False|FALSE)$/

/** Reads the value of a field: `1.5`, `58i`, `5u`, `t`, `false`, `"text"`. */
export class LineValueReader {
  readonly #decimal = new DecimalReader()
  kind: ValueKind = 'number'
  /** The value when it is a number, or a boolean as 0 or 1. */
  number = 0
  /** The value when it is a text. */
  text = ''
  /** Why a value that is well written cannot be kept, as a sentence. */
  flaw: string | undefined
  /** What is wrong, when nothing could be read; begins in the middle of a sentence about the field. */
  problem = ''
  /** Nothing could be read because a text does not end. */
  isOpen = false

  /** Reads the value at `at`; answers where it ends (a comma, white space, or the end), -1 when there is none. */
  read(bytes: Uint8Array, at: number, end: number): number {
    this.flaw = undefined
    this.isOpen = false
    if (at < end && bytes[at] === QUOTE) return this.#readText(bytes, at + 1, end)
    const value = this.#decimal.read(bytes, at, end)
    // Infinity and the many digits of integers are looked at in the long way.
    if (Math.abs(value) < Number.POSITIVE_INFINITY && this.#decimal.digits <= 15) {
      const to = this.#decimal.end
      if (isEnd(bytes, to, end)) return this.#number(value, to)
      if (this.#decimal.isInteger && isIntegerMark(bytes[to]) && isEnd(bytes, to + 1, end) && !(value < 0 && bytes[to] === 0x75)) return this.#number(value, to + 1)
    }
    return this.#readWord(bytes, at, end)
  }

  #number(value: number, to: number): number {
    this.kind = 'number'
    this.number = value
    return to
  }

  #readWord(bytes: Uint8Array, at: number, end: number): number {
    let to = at
    while (!isEnd(bytes, to, end)) to++
    const word = latin1Text(bytes, at, Math.min(to, at + MAX_TEXT_BYTES))
    if (TRUE.test(word) || FALSE.test(word)) {
      this.kind = 'boolean'
      this.number = TRUE.test(word) ? 1 : 0
      return to
    }
    const value = INTEGER.test(word) ? Number(word.slice(0, -1)) : LOOSE_FLOAT.test(word) ? Number(word) : Number.NaN
    const shown = word.slice(0, 40)
    if (Number.isNaN(value) || (value < 0 && word.endsWith('u'))) {
      this.problem = `has no value that can be read: ${shown === '' ? 'nothing' : shown}; a text stands in double quotes, an integer ends in i, NaN is not kept`
      return -1
    }
    this.kind = 'number'
    this.number = value
    if (!Number.isFinite(value)) this.flaw = `${shown} is too large for a 64-bit float (at most 1.8e308)`
    else if (/[iu]$/.test(word) && !Number.isSafeInteger(value)) {
      this.flaw = `${shown} has more digits than a number keeps (integers up to ±9007199254740991); send it as text: "${shown.slice(0, -1)}"`
    }
    return to
  }

  #readText(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    let isPlain = true
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === QUOTE) break
      if (byte === BACKSLASH) {
        isPlain = false
        at++
      } else if (byte > 0x7e) isPlain = false
    }
    if (at >= end) {
      this.isOpen = true
      return -1
    }
    if (!isEnd(bytes, at + 1, end)) {
      this.problem = 'has more behind its closing quote; a quote inside a text is written \\"'
      return -1
    }
    this.kind = 'text'
    const text = isPlain ? latin1Text(bytes, start, at) : unescapeText(bytes.subarray(start, at))
    this.text = text ?? ''
    if (text === undefined) this.flaw = 'a text must be UTF-8 (it may be GB18030 or Latin-1)'
    else if (at - start > MAX_TEXT_BYTES) this.flaw = `a text may have at most ${MAX_TEXT_BYTES} bytes, not ${at - start}`
    return at + 1
  }
}

function isEnd(bytes: Uint8Array, at: number, end: number): boolean {
  return at >= end || bytes[at] === COMMA || (bytes[at] as number) <= 0x20
}

function isIntegerMark(byte: number | undefined): boolean {
  return byte === 0x69 || byte === 0x75
}
