import { open, rename } from 'node:fs/promises'
import path from 'node:path'
import { crc32 } from 'node:zlib'

/** Replaces `file` by `content` so that a crash leaves the old or the new one, whole. */
export async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.new`
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
  await syncFolder(path.dirname(file))
}

/** Makes the contents of a file that another program wrote durable. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the names in a folder durable. Windows has no such call and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Whoever waits for the thread meanwhile does so for the checksum of one piece, half a millisecond. */
const PIECE_BYTES = 1024 * 1024

/** Size and CRC-32 of a file, read in pieces. */
export async function checksum(file: string): Promise<{ readonly bytes: number; readonly crc: number }> {
  const handle = await open(file, 'r')
  try {
    const size = (await handle.stat()).size
    if (size <= PIECE_BYTES) return { bytes: size, crc: crc32(await handle.readFile()) }
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    let crc = 0
    let bytes = 0
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, bytes)
      if (bytesRead === 0) return { bytes, crc }
      crc = crc32(piece.subarray(0, bytesRead), crc)
      bytes += bytesRead
    }
  } finally {
    await handle.close()
  }
}
