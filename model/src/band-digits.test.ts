import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bandDigits } from './band-digits.ts'

test('a value beside a band has the decimals that the band is worth', () => {
  assert.deepEqual([[56.9, 63.3], [0, 0.4], [0, 1_000], [1, 1], [0, 1e-9]].map(([low = 0, high = 0]) => bandDigits(low, high)), [1, 2, 0, 2, 6])
})
