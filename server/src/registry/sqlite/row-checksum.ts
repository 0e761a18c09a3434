import { crc32 } from 'node:zlib'

/** CRC-32 (IEEE 802.3) over the fields of a row, its key among them, so that neither a changed value nor a row in another's place passes. */
export function rowChecksum(...fields: readonly (string | number)[]): number {
  let crc = 0
  // A byte that no field holds ends each, so that "ab","c" is not "a","bc".
  for (const field of fields) crc = crc32('\u0000', crc32(String(field), crc))
  return crc
}
