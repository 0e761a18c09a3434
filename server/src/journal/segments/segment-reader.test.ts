import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Create } from 'typebox/value'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { journalSettings } from '../settings.ts'
import { openSegmentJournal } from './segment-journal.ts'

test('a reader in another thread follows the journal over many segments and misses nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'millwright-journal-'))
  const settings = { ...Create(journalSettings), segmentBytes: 64 * 1024, minFreeBytes: 0 }
  const journal = await openSegmentJournal({ dir, settings, clock: systemClock, log: silentLog })
  const batches = 300
  const follower = new Worker(new URL('../../../test/support/journal-follower.ts', import.meta.url), {
    workerData: { shared: journal.shared, samples: batches * 100 },
  })
  const report = once(follower, 'message')
  const builder = new BatchBuilder()
  let sum = 0
  for (let n = 0; n < batches; n++) {
    builder.clear()
    for (let i = 0; i < 100; i++) builder.addNumber(i, 1e15 + n, n * i, 0)
    sum += n * 4950
    const settled = journal.append({ kind: 'samples', batch: builder.view(n) })
    if (n % 7 === 0) assert.equal((await settled).status, 'durable')
  }
  assert.deepEqual(await report, [{ seen: batches * 100, sum, skipped: 0, at: journal.head }])
  await follower.terminate()
  await journal.close()
  await rm(dir, { recursive: true })
})
