import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { US_PER_SECOND } from '@millwright/model/time.ts'
import type { Clock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { Duck } from './duck.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { testSettings } from './test-settings.ts'

const NOON_US = Date.UTC(2026, 10, 23, 12) * 1000

it('the DuckDB recipes of docs/history-files.md work with any DuckDB, also where a sample was sent again', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'recipes-'))
  let nowUs = NOON_US
  const clock: Clock = { nowUs: () => nowUs, monotonicMs: () => performance.now() }
  const historian = await openEmbeddedHistorian({ dir, settings: testSettings, clock, log: silentLog })
  for (const value of [1, 2]) {
    const builder = new BatchBuilder()
    for (let i = 0; i < 10; i++) builder.addNumber(42, NOON_US + i * US_PER_SECOND, value * 10 + i, 0)
    await historian.append({ batches: [builder.view(NOON_US)], events: [], next: value })
    await historian.compact()
  }
  const docs = await readFile(path.join(import.meta.dirname, '../../../../docs/history-files.md'), 'utf8')
  const recipes = /```sql\n([\s\S]*?)```/.exec(docs)?.[1]?.replaceAll(`'history/`, `'${dir}/history/`).split(';') ?? []
  assert.ok(recipes.length >= 2)
  const duck = await Duck.open(':memory:', {})
  const connection = await duck.connect()
  const samples = await connection.read(recipes[0] ?? '')
  assert.deepEqual([...samples.float(1)], Array.from({ length: 10 }, (_, i) => 20 + i))
  // The day is over: its two runs become one, and its rollups are made.
  nowUs += 2 * 24 * 3600 * US_PER_SECOND
  await historian.compact()
  const hours = await connection.read(recipes[1] ?? '')
  assert.deepEqual([...hours.float(2)], [24.5])
  connection.close()
  duck.close()
  await historian.close()
  await rm(dir, { recursive: true })
})
