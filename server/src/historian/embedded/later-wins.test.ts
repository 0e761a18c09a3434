import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { laterWins } from './later-wins.ts'

describe('later write wins', () => {
  it('equals a map that is filled in the order of writing', () => {
    const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 200 })
    fc.assert(
      fc.property(times, (written) => {
        const values = Float64Array.from(written, (_, index) => index)
        const result = laterWins({ timesUs: Float64Array.from(written), values, status: Uint32Array.from(values) })
        const expected = [...new Map(written.map((timeUs, index) => [timeUs, index]))].sort(([a], [b]) => a - b)
        assert.deepEqual([...result.timesUs], expected.map(([timeUs]) => timeUs))
        assert.deepEqual([...result.values], expected.map(([, index]) => index))
        assert.deepEqual([...result.status], expected.map(([, index]) => index))
      }),
    )
  })

  it('gives samples that are in order and unique back as they are', () => {
    const written = { timesUs: Float64Array.of(1, 2, 3), values: ['a', null, 'c'], status: Uint32Array.of(0, 0, 0) }
    assert.equal(laterWins(written), written)
  })
})
