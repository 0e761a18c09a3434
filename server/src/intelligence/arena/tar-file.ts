import { MillwrightError } from '../../kernel/error.ts'

const BLOCK = 512

/** The kind `L`. */
const GNU_LONG_NAME = 0x4c

/**
 * The plain files of a tar archive by their names (POSIX.1-2017, pax: the ustar header). Long names by prefix are joined, those of GNU tar
 * (a file of kind `L` before the file) are used; links, folders and extended headers are passed over.
 * @throws MillwrightError CORRUPT_FILE when a size is no octal number or the archive ends inside a file.
 */
export function filesOfTar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  let at = 0
  let longName: string | undefined
  while (at + BLOCK <= archive.length) {
    const header = archive.subarray(at, at + BLOCK)
    if (header[0] === 0) break
    const sizeText = textOf(header, 124, 12).trim()
    const size = Number.parseInt(sizeText, 8)
    if (!/^[0-7]+$/.test(sizeText) || at + BLOCK + size > archive.length) {
      throw new MillwrightError('CORRUPT_FILE', `the tar archive is damaged at byte ${at}`, { detail: { at } })
    }
    const prefix = textOf(header, 345, 155)
    const name: string = longName ?? (prefix === '' ? textOf(header, 0, 100) : `${prefix}/${textOf(header, 0, 100)}`)
    const kind = header[156] ?? 0
    longName = kind === GNU_LONG_NAME ? textOf(archive, at + BLOCK, size) : undefined
    if (kind === 0 || kind === 0x30) files.set(name, archive.subarray(at + BLOCK, at + BLOCK + size))
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}

function textOf(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length)
  const end = field.indexOf(0)
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8')
}
