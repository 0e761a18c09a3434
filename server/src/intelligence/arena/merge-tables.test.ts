import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireArenaRow, WireArenaTable } from '@millwright/model/wire/arena.ts'
import { MAX_BROUGHT_ROWS, mergeTables } from './merge-tables.ts'
import { csvOf, markdownOf } from './table-export.ts'

const row = (who: string, value: number, more: Partial<WireArenaRow> = {}): WireArenaRow => ({ who, on: 'all', values: [value], costUs: null, limit: null, ...more })
const brought = (made: number) => ({ brought: { file: 'f', limit: null, by: 'Li', made } })
const table = (rows: readonly WireArenaRow[], column = 'F1'): WireArenaTable => ({ contest: 'c', title: 'T', protocol: 'P', halves: null, columns: [{ name: column, digits: 2 }], rows: [...rows], measured: null, code: null, made: 1, tookMs: 1, by: 'Li' })
const shown = ({ rows }: WireArenaTable) => rows.map(({ who, values }) => `${who} ${values[0]}`)

test('a model that is run joins the leaderboard or replaces its own row; a run of all keeps those that were brought', () => {
  const known = table([row('ours', 1), row('mine', 2, brought(5)), row('paper', 9, { on: 'published' })])
  assert.deepEqual(shown(mergeTables(known, table([row('mine', 3, brought(6)), row('paper', 9, { on: 'published' })]), false)), ['mine 3', 'ours 1', 'paper 9'])
  assert.deepEqual(shown(mergeTables(known, table([row('ours', 4), row('paper', 9, { on: 'published' })]), true)), ['ours 4', 'paper 9', 'mine 2'])
  assert.deepEqual(shown(mergeTables(undefined, known, false)), shown(known))
})

test('numbers of another protocol do not stand beside those of this one, and old models leave when there are too many', () => {
  assert.deepEqual(shown(mergeTables(table([row('old', 1)]), table([row('new', 2)], 'recall'), false)), ['new 2'])
  const many = table(Array.from({ length: MAX_BROUGHT_ROWS }, (_, at) => row(`m${at}`, at, brought(at))))
  const merged = mergeTables(many, table([row('newest', 1, brought(MAX_BROUGHT_ROWS))]), false)
  assert.deepEqual([merged.rows.length, merged.rows[0]?.who, merged.rows.some(({ who }) => who === 'm0')], [MAX_BROUGHT_ROWS, 'newest', false])
})

test('a leaderboard is taken away as Markdown and CSV; no cell breaks out of its place or is a formula', () => {
  const odd = table([row('=SUM(A1)|x', 0.5, { costUs: 1.234 }), { ...row('a, "b"', 1), values: [null] }])
  assert.match(markdownOf(odd), /\| =SUM\(A1\)\\\|x \| all \| 0\.50 \| 1\.2 \|/)
  assert.equal(csvOf(odd), 'who,on,F1,cost_us\r\n\'=SUM(A1)|x,all,0.5,1.234\r\n"a, ""b""",all,,\r\n')
})
