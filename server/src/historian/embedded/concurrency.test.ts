import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { testSettings } from './test-settings.ts'

const START_US = Date.UTC(2026, 10, 1) * 1000

it('reads see all that was stored before them, while appends, compactions and merges go on', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'concurrent-'))
  const historian = await openEmbeddedHistorian({ dir, settings: { ...testSettings, compactAfterRows: 1_000, fileRows: 1_000 }, clock: systemClock, log: silentLog })
  let stored = 0
  let done = false
  const writing = (async () => {
    const builder = new BatchBuilder()
    for (let entry = 0; entry < 150; entry++) {
      builder.clear()
      for (let i = 0; i < 100; i++) builder.addNumber(1, START_US + (entry * 100 + i) * 60_000_000, entry, 0)
      await historian.append({ batches: [builder.view(START_US)], events: [], next: entry + 1 })
      stored = (entry + 1) * 100
      if (entry % 30 === 0) void historian.compact()
    }
  })().finally(() => (done = true))
  let reads = 0
  while (!done) {
    const before = stored
    const { block } = await historian.readSamples({ series: 1, kind: 'number', fromUs: START_US, toUs: START_US + 2 ** 50 }, { limit: 1_000_000, order: 'ascending' })
    assert.ok(block.timesUs.length >= before, `${block.timesUs.length} read, ${before} stored before`)
    block.timesUs.forEach((timeUs, index) => assert.equal(timeUs, START_US + index * 60_000_000))
    reads++
    // A read of nothing costs no I/O: without a breath this loop would let nothing else run.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await writing
  assert.ok(reads > 3)
  await historian.compact()
  assert.equal((await historian.verify()).rows, 15_000)
  assert.deepEqual((await historian.status()).quarantined, [])
  await historian.close()
  await rm(dir, { recursive: true })
})
