import { open, readFile, rename } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { LiveColumns } from './live-values.ts'

/** The live values as they were at a journal position, so that a start needs only the journal behind it. */
export interface LiveSnapshot {
  readonly position: number
  readonly columns: LiveColumns
}

const MAGIC = 'MWLIVE1\n'
const PREFIX_BYTES = MAGIC.length + 8
const MAX_SERIES = 2 ** 26
/** Time, value and time of receipt, each of eight bytes; series and status of four. */
const SAMPLE_BYTES = 32

const headerSchema = Type.Object({
  position: Type.Integer({ minimum: 0 }),
  count: Type.Integer({ minimum: 0, maximum: MAX_SERIES }),
  texts: Type.Array(Type.Tuple([Type.Integer({ minimum: 0 }), Type.Union([Type.String(), Type.Null()])])),
})

/** Writes a snapshot beside the old one, then takes its place: a crash leaves one of the two. */
export async function writeLiveSnapshot(file: string, snapshot: LiveSnapshot): Promise<void> {
  const { series, timesUs, values, receivedUs, status, texts } = snapshot.columns
  const header = Buffer.from(JSON.stringify({ position: snapshot.position, count: series.length, texts }))
  const body = Buffer.concat([header, ...[timesUs, values, receivedUs, series, status].map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength))])
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.write(MAGIC)
  prefix.writeUInt32LE(header.length, MAGIC.length)
  prefix.writeUInt32LE(crc32(body), MAGIC.length + 4)
  const handle = await open(`${file}.new`, 'w')
  try {
    await handle.writeFile(Buffer.concat([prefix, body]))
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
}

/** Reads a snapshot; undefined when there is none or it is damaged: the live values then come from the journal alone. */
export async function readLiveSnapshot(file: string): Promise<LiveSnapshot | undefined> {
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes === undefined || bytes.length < PREFIX_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  const body = bytes.subarray(PREFIX_BYTES)
  if (crc32(body) !== bytes.readUInt32LE(MAGIC.length + 4)) return undefined
  // The length lies outside of what the checksum covers: where it is damaged, what it cuts out is no header.
  const headerBytes = bytes.readUInt32LE(MAGIC.length)
  const header = jsonOf(body.toString('utf8', 0, headerBytes))
  if (!Value.Check(headerSchema, header) || body.length - headerBytes !== header.count * SAMPLE_BYTES) return undefined
  return { position: header.position, columns: { ...readColumns(body.subarray(headerBytes), header.count), texts: header.texts } }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readColumns(bytes: Buffer, count: number): Omit<LiveColumns, 'texts'> {
  // A copy, because the columns begin at any byte and typed arrays do not.
  const copy = Uint8Array.from(bytes).buffer
  let at = 0
  const floats = (): Float64Array => new Float64Array(copy, (at += count * 8) - count * 8, count)
  const timesUs = floats()
  const values = floats()
  const receivedUs = floats()
  const series = new Uint32Array(copy, at, count)
  const status = new Uint32Array(copy, at + count * 4, count)
  return { series, timesUs, values, receivedUs, status }
}
