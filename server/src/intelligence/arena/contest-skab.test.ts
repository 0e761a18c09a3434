import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runArena } from './arena.ts'
import type { ArenaRow } from './arena-table.ts'
import { skabContest } from './contest-skab.ts'
import { RECORDED_DATA, recordedDataMissing } from './recorded-data.ts'

const skip = recordedDataMissing()

const rowOf = (rows: readonly ArenaRow[], who: string, on: ArenaRow['on']) => rows.find((row) => row.who.startsWith(who) && row.on === on)?.values ?? assert.fail(`no row of ${who}`)

test('on SKAB the wander chart is what the docs say it is, on the half that nothing was chosen by and on all runs', { skip }, () => {
  const { rows } = skabContest.run(RECORDED_DATA, { detectors: ['wander-chart'] })
  const [reported = 0, rung = 100] = rowOf(rows, 'Millwright wander chart', 'report')
  assert.ok(reported >= 0.82 && rung <= 24, `F1 ${reported}, false alarms ${rung} %`)
  const [f1 = 0, falseAlarms = 100, missed = 100] = rowOf(rows, 'Millwright wander chart', 'all')
  assert.ok(f1 >= 0.83 && falseAlarms <= 20 && missed <= 15, `F1 ${f1}, false alarms ${falseAlarms} %, missed ${missed} %`)
  assert.ok(!rows.some(({ who }) => who.includes('MEWMA')), 'only those named')
})

test('a model that was brought is judged by the limit that it declares, or by its rows to learn from', { skip }, () => {
  const parts = skabContest.parts?.(RECORDED_DATA) ?? assert.fail()
  // A score that is the flow itself, turned round: a closed valve is a low flow.
  const scores = new Map(parts.map(({ name, table, signals }) => [name, (table.columns[signals.indexOf('Volume Flow RateRMS')] ?? assert.fail()).map((flow) => -flow)]))
  const run = (limit: number | undefined) => rowOf(skabContest.run(RECORDED_DATA, { brought: { title: 'Low flow', costUs: 1, limit, scores } }).rows, 'Low flow', 'all')
  const [f1 = 0, falseAlarms = 100] = run(undefined)
  assert.ok(f1 > 0.3 && falseAlarms < 20, `F1 ${f1}, false alarms ${falseAlarms} %`)
  assert.deepEqual(run(-1000).slice(0, 3), rowOf(skabContest.run(RECORDED_DATA, { detectors: [] }).rows, 'everything', 'all').slice(0, 3), 'a limit below all scores rings always')
  const [never, ...rates] = run(1000)
  assert.deepEqual([never, ...rates.slice(0, 2)], [0, 0, 100])
})

test('a detector that a collection does not have is refused with those that it has', () => {
  assert.throws(() => [...runArena(['skab'], 'nowhere', { detectors: ['wander-chart', 'magic'] })], { code: 'NOT_FOUND', message: '"skab" has no detector "magic"; it has wander-chart, mewma' })
  assert.throws(() => [...runArena(['cmapss'], 'nowhere', { detectors: ['mewma'] })], { code: 'NOT_FOUND' })
  assert.throws(() => [...runArena(['nothing'], 'nowhere')], { code: 'NOT_FOUND' })
})
