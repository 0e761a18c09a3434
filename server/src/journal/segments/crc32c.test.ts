import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AlignedMemory } from './aligned-memory.ts'
import { crc32cBytes, crc32cWords } from './crc32c.ts'

/** RFC 3720, appendix B.4. */
const VECTORS: readonly (readonly [string, Uint8Array, number])[] = [
  ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 rising bytes', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['32 falling bytes', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
]

for (const [name, bytes, expected] of VECTORS) {
  test(`the checksum of ${name} is that of RFC 3720`, () => {
    assert.equal(crc32cBytes(bytes), expected)
    assert.equal(crc32cWords(AlignedMemory.copyOf(bytes).words, 0, 8), expected)
  })
}

test('the checksum of "123456789" is the check value of the catalogue of CRCs', () => {
  assert.equal(crc32cBytes(Buffer.from('123456789')), 0xe3069283)
})

test('words and bytes give the same checksum, from any word to any other', () => {
  const memory = new AlignedMemory(256)
  for (let i = 0; i < memory.size; i++) memory.bytes[i] = (i * 167 + 13) % 256
  for (let from = 0; from < 64; from += 3) {
    for (let to = from; to <= 64; to++) assert.equal(crc32cWords(memory.words, from, to), crc32cBytes(memory.bytes.subarray(from * 4, to * 4)))
  }
})
