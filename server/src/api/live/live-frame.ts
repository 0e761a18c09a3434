import { constants, deflateRawSync } from 'node:zlib'

/** What a gzip stream begins with (RFC 1952, 2.3): deflate, no name, no time. Its trailer never comes, as a live stream has no end. */
export const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

/** Below this size packing costs more than it saves. */
const PACK_FROM_BYTES = 1_024
/** A stored block holds at most so much (RFC 1951, 3.2.4). */
const MAX_STORED_BYTES = 65_535

/**
 * One or more server-sent events, ready to be written to many clients. The packed form is a run of deflate blocks that refers to nothing
 * before it and ends on a whole byte (RFC 1951, "sync flush"): so it is made once, and fits behind whatever else each client was sent.
 */
export class LiveFrame {
  readonly plain: Buffer
  #packed: Buffer | undefined

  constructor(text: string) {
    this.plain = Buffer.from(text)
  }

  get packed(): Buffer {
    this.#packed ??= this.plain.length < PACK_FROM_BYTES ? stored(this.plain) : deflateRawSync(this.plain, { level: 1, finishFlush: constants.Z_SYNC_FLUSH })
    return this.#packed
  }
}

/** Whether a client takes gzip (RFC 9110, 12.5.3); a weight of zero means that it does not. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  return (acceptEncoding ?? '').split(',').some((part) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0{0,3})?\s*$).*)?$/i.test(part))
}

/** Bytes as they are, in a block that is not the last. */
function stored(bytes: Buffer): Buffer {
  if (bytes.length > MAX_STORED_BYTES) throw new RangeError('BUG: too long for one stored block')
  const head = Buffer.alloc(5)
  head.writeUInt16LE(bytes.length, 1)
  head.writeUInt16LE(~bytes.length & 0xffff, 3)
  return Buffer.concat([head, bytes])
}
