import { MillwrightError } from '../../kernel/error.ts'
import { latin1Text } from './latin1-text.ts'
import { JsonFlaw, JsonObject, type JsonValue } from './json-value.ts'

/** How deep objects and arrays may be nested; the deepest sensible message needs about ten. */
export const MAX_JSON_DEPTH = 32
/** Longest text or name that is read, in bytes. */
export const MAX_TEXT_BYTES = 65_536
/** Names of one message, nested ones included: each may be refused with words of its own, and others wait meanwhile. */
export const MAX_MESSAGE_NAMES = 20_000

const QUOTE = 0x22
const BACKSLASH = 0x5c

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
// RFC 8259, section 6.
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/
const INTEGER = /^-?[0-9]+$/

/**
 * Reads one JSON text (RFC 8259) strictly from `bytes[start, end)`, keeping what `JSON.parse` loses: repeated names, and numbers
 * that a 64-bit float cannot hold, which come back as flaws, as `NaN` and `Infinity` do.
 * Throws a `PAYLOAD_INVALID` or `LIMIT_REACHED` that names the byte when the text is not JSON.
 */
export function readJson(bytes: Uint8Array, start: number, end: number): JsonValue {
  return new JsonReader(bytes, start, end).readAll()
}

class JsonReader {
  readonly #bytes: Uint8Array
  readonly #start: number
  readonly #end: number
  #at: number
  #depth = 0
  /** Objects that are open, and the names of the outermost one so far. */
  #objects = 0
  #names = 0

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    // A byte order mark in front is forgiven (RFC 8259, section 8.1).
    const hasMark = end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
    this.#at = hasMark ? start + 3 : start
  }

  readAll(): JsonValue {
    const value = this.#value()
    if (this.#next() >= 0) throw this.#broken('there is more after the end of the JSON value')
    return value
  }

  #value(): JsonValue {
    const byte = this.#next()
    switch (byte) {
      case -1:
        throw this.#broken('a value is missing')
      case 0x7b: // {
        return this.#object()
      case 0x5b: // [
        return this.#array()
      case QUOTE:
        return this.#text()
      default:
        return this.#word()
    }
  }

  #object(): JsonObject {
    this.#enter()
    if (this.#objects++ === 0) this.#names = 0
    const object = this.#members()
    this.#objects--
    return object
  }

  #members(): JsonObject {
    const names: string[] = []
    const values: JsonValue[] = []
    if (this.#next() === 0x7d) {
      this.#leave()
      return new JsonObject(names, values)
    }
    for (;;) {
      if (this.#next() !== QUOTE) throw this.#broken('a name in double quotes should stand')
      const nameAt = this.#at - this.#start
      if (++this.#names > MAX_MESSAGE_NAMES) {
        throw new MillwrightError('LIMIT_REACHED', `a message may have at most ${MAX_MESSAGE_NAMES} names (byte ${nameAt}); send it in several`)
      }
      const name = this.#text()
      if (this.#next() !== 0x3a) throw this.#broken('":" should stand')
      this.#at++
      const value = this.#value()
      // A name that cannot be read spoils its own value and no other.
      const isSound = typeof name === 'string'
      names.push(isSound ? name : `(unreadable name at byte ${nameAt})`)
      values.push(isSound ? value : new JsonFlaw(name.code, `a name at byte ${nameAt}: ${name.message}`))
      if (!this.#isMore(0x7d, '"," or "}" should stand')) return new JsonObject(names, values)
    }
  }

  #array(): JsonValue[] {
    this.#enter()
    const values: JsonValue[] = []
    if (this.#next() === 0x5d) {
      this.#leave()
      return values
    }
    for (;;) {
      values.push(this.#value())
      if (!this.#isMore(0x5d, '"," or "]" should stand')) return values
    }
  }

  #enter(): void {
    this.#at++
    if (++this.#depth > MAX_JSON_DEPTH) {
      throw new MillwrightError('LIMIT_REACHED', `JSON may be nested at most ${MAX_JSON_DEPTH} deep (byte ${this.#at - this.#start})`)
    }
  }

  #leave(): void {
    this.#at++
    this.#depth--
  }

  #isMore(close: number, expected: string): boolean {
    const byte = this.#next()
    if (byte === 0x2c) {
      this.#at++
      return true
    }
    if (byte !== close) throw this.#broken(expected)
    this.#leave()
    return false
  }

  #text(): string | JsonFlaw {
    const bytes = this.#bytes
    const from = this.#at + 1
    let at = from
    let isPlain = true
    for (; ; at++) {
      if (at >= this.#end) throw this.#broken('a text has no closing quote')
      const byte = bytes[at] as number
      if (byte === QUOTE) break
      if (byte === BACKSLASH) {
        isPlain = false
        at++
      } else if (byte < 0x20) {
        this.#at = at
        throw this.#broken('a control character in a text must be written as an escape such as \\n')
      } else if (byte > 0x7e) isPlain = false
    }
    this.#at = at + 1
    if (at - from > MAX_TEXT_BYTES) return new JsonFlaw('LIMIT_REACHED', `a text may have at most ${MAX_TEXT_BYTES} bytes, not ${at - from}`)
    if (isPlain) return latin1Text(bytes, from, at)
    return this.#unusualText(from, at)
  }

  #unusualText(from: number, to: number): string | JsonFlaw {
    let raw: string
    try {
      raw = utf8.decode(this.#bytes.subarray(from, to))
    } catch {
      return new JsonFlaw('PAYLOAD_INVALID', 'a text must be UTF-8 (it may be GB18030 or Latin-1)')
    }
    let text: string
    try {
      text = String(JSON.parse(`"${raw}"`))
    } catch {
      return new JsonFlaw('PAYLOAD_INVALID', 'a text holds an escape that JSON does not know; write "\\\\" for a backslash')
    }
    return text.isWellFormed() ? text : new JsonFlaw('PAYLOAD_INVALID', 'a text holds half of a surrogate pair')
  }

  #word(): JsonValue {
    const from = this.#at
    while (this.#at < this.#end && isWordByte(this.#bytes[this.#at] as number)) this.#at++
    if (this.#at === from) throw this.#broken('a value should stand')
    if (this.#at - from > MAX_TEXT_BYTES) return new JsonFlaw('LIMIT_REACHED', `a number may have at most ${MAX_TEXT_BYTES} digits`)
    const word = latin1Text(this.#bytes, from, this.#at)
    if (word === 'true') return true
    if (word === 'false') return false
    if (word === 'null') return null
    if (NUMBER.test(word)) return numberOf(word)
    if (/^[+-]?(?:nan|inf|infinity)$/i.test(word)) {
      return new JsonFlaw('PAYLOAD_INVALID', `${word} is not JSON; send null for "no value"`)
    }
    this.#at = from
    throw this.#broken(`${word.slice(0, 40)} is no JSON value; a text stands in double quotes`)
  }

  /** The next byte that is not white space, not yet consumed; -1 at the end. */
  #next(): number {
    while (this.#at < this.#end) {
      const byte = this.#bytes[this.#at] as number
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
      this.#at++
    }
    return -1
  }

  #broken(what: string): MillwrightError {
    return new MillwrightError('PAYLOAD_INVALID', `not JSON at byte ${this.#at - this.#start}: ${what}`)
  }
}

// Letters, digits, and the signs that may occur in a number: what a wrong bare word consists of, too.
function isWordByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x2d || byte === 0x2e || byte === 0x2b || byte === 0x5f
}

function numberOf(word: string): number | JsonFlaw {
  const value = Number(word)
  const shown = word.length > 40 ? `${word.slice(0, 40)}…` : word
  if (!Number.isFinite(value)) return new JsonFlaw('PAYLOAD_INVALID', `${shown} is too large for a 64-bit float (at most 1.8e308)`)
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && INTEGER.test(word)) {
    return new JsonFlaw('PAYLOAD_INVALID', `${shown} has more digits than a number keeps (integers up to ±9007199254740991); send it as text: "${shown}"`)
  }
  return value
}
