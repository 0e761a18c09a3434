import type { ProtocolVersion } from './message.ts'
import { PACKET } from './packets.ts'
import { malformed, ProtocolFault, protocolError, REASON } from './reason-codes.ts'

const MANY_PARTS = 64

/** The bytes that came and are not worked through yet. */
export class Inlet {
  #parts: Buffer[] = []
  #bytes = 0
  #needed = 0

  get length(): number {
    return this.#bytes
  }

  push(chunk: Buffer): void {
    this.#parts.push(chunk)
    this.#bytes += chunk.length
    // A sender of single bytes must not cost a buffer object for each.
    if (this.#parts.length > MANY_PARTS) this.#parts = [Buffer.concat(this.#parts, this.#bytes)]
  }

  /** Whether as much has come as was needed when the reading stopped. */
  get ready(): boolean {
    return this.#bytes >= this.#needed
  }

  /** Everything, as one buffer; what is not used is given back with {@link putBack}. */
  take(): Buffer {
    const all = this.peek()
    this.#parts = []
    this.#bytes = 0
    this.#needed = 0
    return all
  }

  /** Everything, as one buffer, and keeps it. */
  peek(): Buffer {
    const [first] = this.#parts
    if (this.#parts.length === 1 && first !== undefined) return first
    const all = Buffer.concat(this.#parts, this.#bytes)
    this.#parts = [all]
    return all
  }

  /** Gives back what was not used; `needed` is how many bytes it takes to go on. */
  putBack(rest: Buffer, needed: number): void {
    if (rest.length > 0) this.#parts.unshift(rest)
    this.#bytes += rest.length
    this.#needed = needed
  }
}

/** The extent of the packet at some place; `bodyAt` is 0 while its header is incomplete. */
export interface FrameHeader {
  first: number
  bodyAt: number
  end: number
}

/** Reads a fixed header into `header` (MQTT 5.0, 2.1); `bodyAt` 0 says that more bytes are needed. */
export function readHeader(bytes: Buffer, at: number, header: FrameHeader, version: ProtocolVersion): void {
  header.bodyAt = 0
  header.first = bytes[at] as number
  let length = 0
  for (let digit = 1; digit <= 4; digit++) {
    if (at + digit >= bytes.length) return
    const byte = bytes[at + digit] as number
    length += (byte & 0x7f) << ((digit - 1) * 7)
    if (byte < 0x80) {
      if (version === 5 && digit > 1 && byte === 0) throw malformed('the remaining length is longer than needed')
      header.bodyAt = at + digit + 1
      header.end = header.bodyAt + length
      return
    }
  }
  throw malformed('the remaining length has more than four bytes')
}

/** Throws unless the first byte can begin a packet of a client, in the state that its connection is in (2.1.2 and 2.1.3). */
export function checkFirstByte(first: number, version: ProtocolVersion, connected: boolean): void {
  const type = first >> 4
  const flags = first & 0x0f
  if (!connected) {
    if (first !== PACKET.connect << 4) throw protocolError('the first packet is not CONNECT')
    return
  }
  switch (type) {
    case PACKET.publish:
      if ((flags & 0x06) === 0x06) throw malformed('PUBLISH with QoS 3')
      if ((flags & 0x0e) === 0x08) throw malformed('PUBLISH with QoS 0 is marked as a repetition')
      return
    case PACKET.pubrel:
    case PACKET.subscribe:
    case PACKET.unsubscribe:
      if (flags !== 2) throw malformed('reserved flags of the fixed header are wrong')
      return
    case PACKET.puback:
    case PACKET.pubrec:
    case PACKET.pubcomp:
    case PACKET.pingreq:
    case PACKET.disconnect:
      if (flags !== 0) throw malformed('reserved flags of the fixed header are wrong')
      return
    case PACKET.auth:
      if (version !== 5 || flags !== 0) throw malformed('a packet of type 15')
      return
    case PACKET.connect:
      throw protocolError('a second CONNECT')
    default:
      throw protocolError(`a client sends no packets of type ${type}`)
  }
}

/** Throws when a packet is larger than the broker takes; asked as soon as the header is there, before the body is. */
export function checkSize(size: number, maxBytes: number): void {
  if (size > maxBytes) throw new ProtocolFault(REASON.packetTooLarge, `the packet has ${size} bytes, the maximum is ${maxBytes}`)
}

/** How many complete packets of a type lie in `bytes[from, …)`, and where the first incomplete packet begins. */
export function countPackets(bytes: Buffer, from: number, type: number): { readonly count: number; readonly scanned: number } {
  const header: FrameHeader = { first: 0, bodyAt: 0, end: 0 }
  let at = from
  let count = 0
  try {
    while (at < bytes.length) {
      readHeader(bytes, at, header, 4)
      if (header.bodyAt === 0 || header.end > bytes.length) break
      if (header.first >> 4 === type) count++
      at = header.end
    }
  } catch {
    // What is malformed is dealt with when its turn comes.
    return { count, scanned: bytes.length }
  }
  return { count, scanned: at }
}
