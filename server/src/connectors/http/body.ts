import { Readable, type Duplex } from 'node:stream'
import { createGunzip, createInflate, createZstdDecompress, type Zlib } from 'node:zlib'
import { MillwrightError, messageOf, systemCode } from '../../kernel/error.ts'

/** A packed body may grow by this factor at most; measured values grow 5 to 30 times, what is packed to do harm 1000 times. */
const MAX_RATIO = 250
/** So many bytes may come out before the factor is looked at. */
const RATIO_FREE_BYTES = 4_194_304
const PIECE_BYTES = 65_536

/** Where the bytes of a body are counted as they come. */
interface ByteCounter {
  bytes: number
}

/**
 * The bytes of a request's body, unpacked, piece by piece; memory holds one piece. What comes is added to `received`.
 * Rejects with `LIMIT_REACHED`, `UNSUPPORTED` or `PAYLOAD_INVALID`.
 */
export async function* unpackedBody(body: unknown, encoding: string | undefined, maxBytes: number, received: ByteCounter): AsyncGenerator<Uint8Array> {
  if (body === undefined || body === null) return
  if (!(body instanceof Readable)) throw new Error('BUG: the body of a write must be its stream')
  const unpacker = unpackerFor(encoding)
  // The request must outlive an early end of this loop: it carries the answer.
  const pieces = unpacker === undefined ? body.iterator({ destroyOnReturn: false }) : piped(body, unpacker)
  let bytes = 0
  try {
    for await (const piece of pieces as AsyncIterable<Uint8Array>) {
      bytes += piece.length
      if (unpacker === undefined) received.bytes += piece.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      // Of what was unpacked, not of what has arrived: much of a bomb can wait in front of the unpacker.
      if (unpacker !== undefined && bytes > RATIO_FREE_BYTES && bytes > unpacker.bytesWritten * MAX_RATIO) {
        throw new MillwrightError('LIMIT_REACHED', `the body grows more than ${MAX_RATIO} times when it is unpacked; send less in one request`)
      }
      yield piece
    }
  } catch (thrown) {
    throw systemCode(thrown)?.startsWith('Z_') ? new MillwrightError('PAYLOAD_INVALID', `the body is not ${encoding ?? ''} data: ${messageOf(thrown)}`) : thrown
  } finally {
    if (unpacker !== undefined) {
      received.bytes += unpacker.bytesWritten
      body.unpipe(unpacker)
      unpacker.destroy()
    }
    // What was not read is let run out, so that the sender can read the answer on a connection that lives on.
    body.resume()
  }
}

/** Refuses at once what says itself that it is too large. */
export function checkLength(header: string | undefined, maxBytes: number): void {
  if (header !== undefined && Number(header) > maxBytes) throw tooLarge(maxBytes)
}

function tooLarge(maxBytes: number): MillwrightError {
  return new MillwrightError('LIMIT_REACHED', `the body of a write may have at most ${maxBytes} bytes; send it in several requests`, { detail: { maxBytes } })
}

function unpackerFor(encoding: string | undefined): (Duplex & Zlib) | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return undefined
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ chunkSize: PIECE_BYTES })
    case 'deflate':
      return createInflate({ chunkSize: PIECE_BYTES })
    case 'zstd':
      return createZstdDecompress({ chunkSize: PIECE_BYTES })
    default:
      throw new MillwrightError('UNSUPPORTED', `content-encoding must be gzip, deflate, zstd or identity, not ${String(encoding).slice(0, 60)}`)
  }
}

function piped(body: Readable, unpacker: Duplex): Duplex {
  body.on('error', (error) => unpacker.destroy(error))
  body.on('close', () => {
    if (!body.readableEnded) unpacker.destroy(new Error('the request was cut off'))
  })
  return body.pipe(unpacker)
}
