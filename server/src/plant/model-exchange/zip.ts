import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import { MillwrightError } from '../../kernel/error.ts'

/** A file of an archive, as it is once unpacked. */
export interface ZipEntry {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What an archive may hold at most. */
export interface ZipLimits {
  readonly entries: number
  readonly bytes: number
}

// Signatures and sizes of PKWARE's APPNOTE.TXT 6.3.10, clauses 4.3.7, 4.3.12 and 4.3.16.
const LOCAL = 0x0403_4b50
const CENTRAL = 0x0201_4b50
const END = 0x0605_4b50
const LOCAL_SIZE = 30
const CENTRAL_SIZE = 46
const END_SIZE = 22
const MAX_COMMENT = 0xffff
const STORED = 0
const DEFLATED = 8
const UTF8_NAMES = 0x0800
const ENCRYPTED = 1
/** 1980-01-01, the first day that the format knows: the same content gives the same bytes. */
const FIRST_DAY = 0x0021

const inflate = promisify(inflateRaw)

/**
 * Unpacks an archive within limits: no more is inflated than each entry declares, and no more declared than allowed.
 * Throws IMPORT_FAILED for what is no sound archive, LIMIT_REACHED for one that would grow too large (a zip bomb).
 */
export async function readZip(archive: Uint8Array, limits: ZipLimits): Promise<ZipEntry[]> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
  const end = findEnd(bytes)
  const count = bytes.readUInt16LE(end + 10)
  if (count > limits.entries) throw new MillwrightError('LIMIT_REACHED', `the archive has ${count} files; at most ${limits.entries} are read`)
  const entries: ZipEntry[] = []
  let at = bytes.readUInt32LE(end + 16)
  let total = 0
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_SIZE > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw damaged('its directory is cut off')
    const header = centralHeader(bytes, at)
    total += header.size
    if (total > limits.bytes) throw new MillwrightError('LIMIT_REACHED', `the archive would unpack to more than ${limits.bytes} bytes`)
    entries.push({ name: header.name, bytes: await unpack(bytes, header) })
    at = header.next
  }
  return entries
}

/** Packs files without compression and without dates: for a reader that is to see checked files only, or one that packs again. */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of entries) {
    const nameBytes = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(UTF8_NAMES, 2)
    common.writeUInt16LE(FIRST_DAY, 8)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(bytes.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(nameBytes.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    parts.push(signature(LOCAL), common, nameBytes, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    directory.push(signature(CENTRAL), Buffer.from([20, 0]), common, tail, nameBytes)
    offset += LOCAL_SIZE + nameBytes.length + bytes.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(END_SIZE)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

interface CentralHeader {
  readonly name: string
  readonly method: number
  readonly packedSize: number
  readonly size: number
  readonly crc: number
  readonly local: number
  readonly next: number
}

function centralHeader(bytes: Buffer, at: number): CentralHeader {
  if ((bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw damaged('it is encrypted; save it without a password')
  const nameLength = bytes.readUInt16LE(at + 28)
  const next = at + CENTRAL_SIZE + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  return {
    name: bytes.toString('utf8', at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength),
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packedSize: bytes.readUInt32LE(at + 20),
    size: bytes.readUInt32LE(at + 24),
    local: bytes.readUInt32LE(at + 42),
    next,
  }
}

async function unpack(bytes: Buffer, header: CentralHeader): Promise<Uint8Array> {
  const { local, packedSize, size, method, name } = header
  if (local + LOCAL_SIZE > bytes.length || bytes.readUInt32LE(local) !== LOCAL) throw damaged(`file ${name} is missing`)
  const start = local + LOCAL_SIZE + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const packed = bytes.subarray(start, start + packedSize)
  if (packed.length !== packedSize) throw damaged(`file ${name} is cut off`)
  const content = method === STORED ? packed : method === DEFLATED ? await inflated(packed, size, name) : undefined
  if (content === undefined) throw damaged(`file ${name} is packed in a way that is not known (${method})`)
  if (content.length !== size || crc32(content) !== header.crc) throw damaged(`file ${name} is not what its checksum says`)
  return content
}

async function inflated(packed: Buffer, size: number, name: string): Promise<Buffer> {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, size) })
  } catch (thrown) {
    throw new MillwrightError('IMPORT_FAILED', `the archive is damaged: file ${name} cannot be unpacked to the size that it declares`, { cause: thrown })
  }
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - END_SIZE; at >= 0 && at >= bytes.length - END_SIZE - MAX_COMMENT; at--) {
    if (bytes.readUInt32LE(at) === END) return at
  }
  throw damaged('it has no directory, so it is no .xlsx file or was cut off')
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function damaged(what: string): MillwrightError {
  return new MillwrightError('IMPORT_FAILED', `the archive is damaged: ${what}`)
}
