import { malformed } from './reason-codes.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text of UTF-8 bytes, exactly as MQTT allows it (MQTT 5.0, 1.5.4): well-formed, no surrogates, no U+0000;
 * a byte order mark is kept as the character it is.
 */
export function mqttText(bytes: Buffer, start: number, end: number): string {
  let plain = true
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === 0) throw malformed('a text holds the character U+0000')
    if (byte > 0x7f) plain = false
  }
  if (plain) return bytes.toString('latin1', start, end)
  try {
    return decoder.decode(bytes.subarray(start, end))
  } catch {
    throw malformed('a text is not well-formed UTF-8')
  }
}

/** Reads the fields of one packet; throws `ProtocolFault` at the packet's end and at what MQTT does not allow. */
export class ByteReader {
  readonly bytes: Buffer
  at: number
  readonly end: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.at = start
    this.end = end
  }

  get left(): number {
    return this.end - this.at
  }

  #take(size: number): number {
    const at = this.at
    if (at + size > this.end) throw malformed('the packet ends within a field')
    this.at = at + size
    return at
  }

  u8(): number {
    return this.bytes[this.#take(1)] as number
  }

  u16(): number {
    return this.bytes.readUInt16BE(this.#take(2))
  }

  u32(): number {
    return this.bytes.readUInt32BE(this.#take(4))
  }

  /** A variable byte integer in its shortest form (MQTT 5.0, 1.5.5). */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      value += (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw malformed('a variable byte integer is longer than needed')
        return value
      }
    }
    throw malformed('a variable byte integer has more than four bytes')
  }

  text(): string {
    const size = this.u16()
    const start = this.#take(size)
    return mqttText(this.bytes, start, start + size)
  }

  /** Binary data, a view of the packet's memory. */
  binary(): Buffer {
    const size = this.u16()
    const start = this.#take(size)
    return this.bytes.subarray(start, start + size)
  }

  /** Everything up to the end, a view of the packet's memory. */
  rest(): Buffer {
    const start = this.at
    this.at = this.end
    return this.bytes.subarray(start, this.end)
  }

  /** A part of this packet with an end of its own. */
  part(size: number): ByteReader {
    const start = this.#take(size)
    return new ByteReader(this.bytes, start, start + size)
  }

  finish(): void {
    if (this.at !== this.end) throw malformed('the packet is longer than its fields')
  }
}
