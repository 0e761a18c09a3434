import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { US_PER_SECOND } from '@millwright/model/time.ts'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { silentLog } from '../../kernel/log.ts'
import { endsAppends } from './duck-error.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { testSettings } from './test-settings.ts'

const POINTS = 262_144
const PER_ENTRY = 8
const ENTRIES = 14
const ALL = { fromUs: 0, toUs: 2 ** 52 }

/** Eight waveforms of a mebibyte and a number; a seeded noise that no compression makes small. */
function entry(index: number) {
  const builder = new BatchBuilder()
  let state = index + 1
  for (let i = 0; i < PER_ENTRY; i++) {
    const wave = Float32Array.from({ length: POINTS }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32)
    builder.addWaveform(1, (index * PER_ENTRY + i) * US_PER_SECOND, 25_600, wave, 0)
  }
  builder.addNumber(2, index * US_PER_SECOND, index, 0)
  return builder.view(0)
}

it('a commit that ran out of memory has the database opened again, a compaction that does is counted, and appends and reads go on', { timeout: 300_000 }, async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'memory-'))
  const historian = await openEmbeddedHistorian({ dir, settings: { ...testSettings, memoryMiB: 64 }, clock: systemClock, log: silentLog })
  const failures: unknown[] = []
  while (historian.position() < ENTRIES && failures.length < 20) {
    const at = historian.position()
    await historian.append({ batches: [entry(at)], events: [], next: at + 1 }).catch((thrown: unknown) => failures.push(thrown))
  }
  assert.equal(historian.position(), ENTRIES, String(failures.at(-1)))
  assert.ok(failures.some(endsAppends), 'this much never fitted into the memory at once')
  assert.ok(failures.every((failure) => failure instanceof MillwrightError))
  await assert.rejects(historian.compact(), { code: 'OVERLOADED' })
  assert.equal((await historian.status()).compactions.failed, 1)
  await historian.append({ batches: [], events: [], next: ENTRIES + 1 })
  assert.equal(historian.position(), ENTRIES + 1)
  const numbers = await historian.readSamples({ series: 2, kind: 'number', ...ALL }, { limit: 1_000, order: 'ascending' })
  assert.deepEqual([...numbers.block.timesUs], Array.from({ length: ENTRIES }, (_, index) => index * US_PER_SECOND))
  assert.deepEqual((await historian.status()).quarantined, [])
  await historian.close()
  await rm(dir, { recursive: true })
})

it('a conflict with an update that nobody holds any more ends appends as well', () => {
  assert.ok(endsAppends(new Error('TransactionContext Error: Conflict on update!')))
  assert.ok(!endsAppends(new Error('Out of Memory Error: could not allocate block of size 1.0 MiB')))
})
