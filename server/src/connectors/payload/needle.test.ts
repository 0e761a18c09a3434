import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { Needle } from './needle.ts'

it('finds bytes exactly where they are, at any offset and up to the very end', () => {
  const byte = fc.integer({ min: 97, max: 98 })
  const property = fc.property(fc.array(byte, { maxLength: 9 }), fc.array(byte, { maxLength: 16 }), fc.nat(12), fc.nat(17), (name, text, at, end) => {
    const bytes = Uint8Array.from(text)
    const needle = new Needle(Uint8Array.from(name), 98)
    const limit = Math.min(end, bytes.length)
    const expected = at + name.length + 1 <= limit && [...name, 98].every((value, i) => bytes[at + i] === value)
    assert.equal(needle.isAt(bytes, at, limit), expected)
  })
  fc.assert(property, { numRuns: 5000, seed: 41 })
})
