import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contests, runContest } from './arena.ts'
import { printTable, type Contest } from './arena-table.ts'
import { codeHash } from './code-hash.ts'
import { CpuMeter } from './cpu-meter.ts'

test('a collection declares its limits and halves before it reads anything, and they stand in rows and in print', () => {
  const order: string[] = []
  const contest: Contest = {
    name: 'made',
    declare: () => {
      order.push('declared')
      return { halves: 'odd and even', limits: { ours: '4, chosen on the tuning half' } }
    },
    run: () => {
      order.push('read')
      return { title: 'Made', protocol: 'How', columns: [{ name: 'F1', digits: 2 }], rows: [{ who: 'ours', on: 'report', values: [0.5] }, { who: 'theirs', on: 'published', values: [0.4] }] }
    },
  }
  const table = runContest(contest, 'nowhere')
  assert.deepEqual(order, ['declared', 'read'])
  assert.deepEqual([table.halves, table.rows.map(({ limit }) => limit)], ['odd and even', ['4, chosen on the tuning half', undefined]])
  assert.equal(table.code, codeHash())
  const text = printTable({ ...table, measured: Date.UTC(2026, 10, 23) })
  for (const part of ['2026-11-23, code ', 'Declared before any data were read:', 'Halves: odd and even', 'Limit of ours: 4, chosen on the tuning half']) assert.ok(text.includes(part), `${part} in\n${text}`)
})

test('every collection of the arena declares itself without its data', () => {
  for (const { name, declare } of contests) {
    const told = declare?.({ brought: { title: 'Mine', costUs: 1, limit: 0.8, scores: new Map() } })
    assert.ok((told?.halves.length ?? 0) > 20 && Object.keys(told?.limits ?? {}).length > 0, name)
  }
})

test('a meter counts the processor time of this thread and none of waiting', async () => {
  const waits = new CpuMeter()
  const ended = waits.run(() => new Promise((resolve) => setTimeout(resolve, 20)))
  await ended
  assert.ok(waits.each(1) < 20_000, `${waits.each(1)} µs`)
  const works = new CpuMeter()
  const sum = works.run(() => Float64Array.from({ length: 2_000_000 }, (_, at) => Math.sin(at)).reduce((one, other) => one + other, 0))
  assert.ok(Number.isFinite(sum) && works.each(2) > 0 && works.each(2) * 2 === works.each(1))
})
