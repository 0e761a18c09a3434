import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ancestorsOf, keyTarget, treeRows, type Branch } from './tree-model.ts'

const asset = (path: string, childCount = 0) => ({ id: 1, path, name: path.split('/').at(-1) ?? '', properties: {}, childCount })
const branches = new Map<string, Branch>([
  ['', { items: [asset('acme', 2)], next: null }],
  ['acme', { items: [asset('acme/north', 1), asset('acme/south')], next: 'cursor' }],
])
const rows = treeRows(branches, new Set(['acme', 'acme/north', 'acme/south']))

test('open branches are drawn in order, with a line for what is on its way and for what is left', () => {
  assert.deepEqual(
    rows.map((row) => (row.kind === 'asset' ? `${row.depth} ${row.asset.path} ${row.isOpen}` : `${row.depth} more ${row.parent} ${row.isLoading}`)),
    ['0 acme true', '1 acme/north true', '2 more acme/north true', '1 acme/south false', '1 more acme false'],
  )
})

test('the keyboard walks, opens and closes as the tree pattern says', () => {
  assert.deepEqual(keyTarget('ArrowDown', rows, 0), { move: 1 })
  assert.deepEqual(keyTarget('ArrowUp', rows, 0), { move: 0 })
  assert.deepEqual(keyTarget('ArrowLeft', rows, 1), { toggle: 'acme/north' })
  assert.deepEqual(keyTarget('ArrowLeft', rows, 3), { move: 0 })
  assert.deepEqual(keyTarget('ArrowRight', rows, 1), { move: 2 })
  assert.equal(keyTarget('ArrowRight', rows, 3), undefined)
  assert.deepEqual(keyTarget('End', rows, 0), { move: 4 })
  assert.equal(keyTarget('x', rows, 0), undefined)
})

test('all above a path, from the root down', () => {
  assert.deepEqual(ancestorsOf('a/b/c'), ['a', 'a/b'])
})
