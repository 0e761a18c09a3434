import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { openEmbeddedHistorian } from '../../historian/embedded/embedded-historian.ts'
import { testSettings } from '../../historian/embedded/test-settings.ts'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { silentLog } from '../../kernel/log.ts'
import { HistoryClient } from './history-client.ts'

let dir = ''
let client: HistoryClient
const ROWS = 300_000
const range = { series: 1, kind: 'number', fromUs: 0, toUs: 1e15 } as const

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'history-client-'))
  const historian = await openEmbeddedHistorian({ dir, settings: testSettings, clock: systemClock, log: silentLog })
  const builder = new BatchBuilder()
  for (let i = 0; i < ROWS; i++) builder.addNumber(1, i * 1_000, Math.sin(i), 0)
  await historian.append({ batches: [builder.view(0)], events: [], next: 1 })
  await historian.close()
  client = new HistoryClient({
    workerData: { dir, settings: testSettings, gatherMs: 10, logLevel: 'silent' },
    journalHead: () => 0,
    onProgress: () => undefined,
    onGap: () => undefined,
    log: silentLog,
    random: Math.random,
  })
  await client.start()
})
after(async () => {
  await client.close()
  await rm(dir, { recursive: true, force: true })
})

test('a read that is given up ends in the history thread, and later ones are answered', async () => {
  await assert.rejects(client.history.readPlot(range, 100, AbortSignal.abort()), { code: 'QUERY_TOO_EXPENSIVE' })
  // A read may be faster than the word that nobody waits for it.
  let isGivenUp = false
  for (let attempt = 0; attempt < 50 && !isGivenUp; attempt++) {
    const stop = new AbortController()
    const read = client.history.readPlot(range, 100, stop.signal)
    stop.abort()
    isGivenUp = await read.then(() => false, (thrown: unknown) => thrown instanceof MillwrightError && thrown.code === 'QUERY_TOO_EXPENSIVE')
  }
  assert.ok(isGivenUp)
  const { block } = await client.history.readSamples(range, { limit: ROWS, order: 'ascending' }, new AbortController().signal)
  assert.equal(block.timesUs.length, ROWS)
})

test('a call that history refuses keeps its code on the way back', async () => {
  await assert.rejects(client.history.readPlot(range, 1), { code: 'QUERY_INVALID' })
})
