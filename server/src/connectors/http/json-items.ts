import { MillwrightError } from '../../kernel/error.ts'

/** Largest single message of a JSON body, in bytes. */
export const MAX_ITEM_BYTES = 4_194_304

/** Takes one message's bytes, `bytes[start, end)`. */
export type OnItem = (bytes: Uint8Array, start: number, end: number) => void

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

/**
 * Cuts a JSON body into its messages while it arrives: the items of an array, or values one after the other, or, with `byLine`, what
 * stands on each line (NDJSON), so that a broken line spoils no other. Does not look into messages; who reads them finds what is wrong.
 */
export class JsonItems {
  readonly #onItem: OnItem
  readonly #byLine: boolean
  #rest: Uint8Array = new Uint8Array(0)
  /** Where to go on in the rest, and what was met there. */
  #at = 0
  #depth = 0
  #isText = false
  #isArray: boolean | undefined
  #isFirst = true
  #isOver = false

  constructor(onItem: OnItem, options: { readonly byLine: boolean }) {
    this.#onItem = onItem
    this.#byLine = options.byLine
  }

  /** Takes the next piece of the body. Throws `LIMIT_REACHED` or `PAYLOAD_INVALID` when the body cannot be cut any further. */
  take(piece: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    const start = this.#byLine ? this.#lines(bytes) : this.#values(bytes)
    if (bytes.length - start > MAX_ITEM_BYTES) {
      throw new MillwrightError('LIMIT_REACHED', `one message may have at most ${MAX_ITEM_BYTES} bytes; send several, or columns of fewer rows`)
    }
    this.#rest = bytes.subarray(start)
    this.#at -= start
  }

  /** Ends the body. */
  finish(): void {
    const rest = this.#rest
    this.#rest = new Uint8Array(0)
    if (this.#isArray === true && !this.#isOver) {
      if (hasContent(rest, 0, rest.length)) this.#onItem(rest, 0, rest.length)
      else throw new MillwrightError('PAYLOAD_INVALID', 'the array of messages does not end: "]" is missing')
    } else if (hasContent(rest, 0, rest.length)) this.#onItem(rest, 0, rest.length)
  }

  #lines(bytes: Uint8Array): number {
    let start = 0
    for (;;) {
      const close = bytes.indexOf(0x0a, Math.max(start, this.#at))
      if (close < 0) break
      if (hasContent(bytes, start, close)) this.#onItem(bytes, start, close)
      start = close + 1
    }
    this.#at = bytes.length
    return start
  }

  /** Answers where the value begins that is not complete yet. */
  #values(bytes: Uint8Array): number {
    let start = 0
    let at = this.#at
    if (this.#isArray === undefined) {
      while (at < bytes.length && isSpace(bytes[at] as number)) at++
      if (at === bytes.length) return this.#pause(at, 0)
      this.#isArray = bytes[at] === OPEN_ARRAY
      if (this.#isArray) start = ++at
    }
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number
      if (this.#isText) {
        if (byte === BACKSLASH) {
          if (at + 1 === bytes.length) break
          at++
        } else if (byte === QUOTE) this.#isText = false
      } else if (byte === QUOTE) this.#isText = true
      else if (byte === 0x7b || byte === OPEN_ARRAY) this.#depth++
      else if ((byte === 0x7d || byte === CLOSE_ARRAY) && this.#depth > 0) {
        this.#depth--
        if (this.#depth === 0 && this.#isArray === false) start = this.#item(bytes, start, at + 1)
      } else if (this.#depth === 0) start = this.#between(bytes, start, at, byte)
    }
    return this.#pause(at, start)
  }

  /** A byte outside of every object: a comma or the end of the array, white space between values, or something that is no message. */
  #between(bytes: Uint8Array, start: number, at: number, byte: number): number {
    if (this.#isArray === true) {
      if (byte === COMMA || byte === CLOSE_ARRAY) {
        // Nothing between two commas is a mistake; nothing between the brackets is an empty array.
        const isEmpty = byte === CLOSE_ARRAY && this.#isFirst && !hasContent(bytes, start, at)
        if (!isEmpty) this.#onItem(bytes, start, at)
        this.#isFirst = false
        if (byte === CLOSE_ARRAY) {
          this.#isOver = true
          this.#isArray = false
        }
        return at + 1
      }
    } else if (isSpace(byte)) return hasContent(bytes, start, at) ? this.#item(bytes, start, at) : at
    return start
  }

  #item(bytes: Uint8Array, start: number, end: number): number {
    if (hasContent(bytes, start, end)) this.#onItem(bytes, start, end)
    return end
  }

  #pause(at: number, start: number): number {
    this.#at = at
    return start
  }
}

function hasContent(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isSpace(bytes[at] as number)) return true
  return false
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
