import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderedRows } from './ordered-rows.ts'

const row = (who: string, value: number | null, costUs: number | null = null) => ({ who, on: 'all' as const, values: [value], costUs, limit: null })
const ROWS = [row('a', 0.5, 3), row('b', null, 1), row('c', 0.9), row('d', 0.7, 2)]
const names = (rows: readonly { readonly who: string }[]) => rows.map(({ who }) => who).join('')

test('rows stand as they came until somebody orders them; what was not told stands last either way', () => {
  assert.equal(names(orderedRows(ROWS, undefined)), 'abcd')
  assert.equal(names(orderedRows(ROWS, { column: 0, isFalling: true })), 'cdab')
  assert.equal(names(orderedRows(ROWS, { column: 0, isFalling: false })), 'adcb')
  assert.equal(names(orderedRows(ROWS, { column: 'cost', isFalling: false })), 'bdac')
})
