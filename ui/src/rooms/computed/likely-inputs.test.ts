import assert from 'node:assert/strict'
import { test } from 'node:test'
import { likelyInputs } from './likely-inputs.ts'

const one = (path: string, correlation: number | null, more: object = {}) => ({ path, correlation, place: 'same_asset' as const, rows: 50, ...more })

test('those of the same asset that clearly go with the target are chosen; where none does, those that had values', () => {
  assert.deepEqual(likelyInputs([one('a', -0.9), one('far', 0.8, { place: 'beside' }), one('b', 0.4), one('c', 0.05)]), ['a', 'b'])
  assert.deepEqual(likelyInputs([one('c', 0.05), one('d', null), one('none', null, { rows: 0 })]), ['c', 'd'])
  assert.equal(likelyInputs(Array.from({ length: 20 }, (_, at) => one(`s${at}`, 0.9))).length, 8)
})
