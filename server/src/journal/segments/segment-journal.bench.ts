import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Create } from 'typebox/value'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { AppendOutcome } from '../journal.ts'
import { journalSettings } from '../settings.ts'
import { openSegmentJournal } from './segment-journal.ts'
import { openSegmentReader } from './segment-reader.ts'

/** Durable appends on the disk under the temporary folder, and reading them back. Fails when they differ. */
const dir = await mkdtemp(join(process.env['MILLWRIGHT_BENCH_DIR'] ?? tmpdir(), 'millwright-bench-'))
const journal = await openSegmentJournal({ dir, settings: Create(journalSettings), clock: systemClock, log: silentLog })
try {
  const small = await run({ samples: 1, inFlight: 5000, ms: 3000 })
  const smallEnd = journal.head
  const smallSyncs = journal.status().syncs
  console.log(`appends of 1 sample: ${Math.round(small.perSecond)} per second, p99 ${small.p99Ms.toFixed(1)} ms, ${smallSyncs} syncs`)
  const large = await run({ samples: 10_000, inFlight: 60, ms: 4000 })
  console.log(`appends of 10,000 samples: ${((large.perSecond * 10_000) / 1e6).toFixed(1)} million samples per second`)
  console.log(`appends of 10,000 samples: ${(large.bytesPerSecond / 1e6).toFixed(0)} MB per second, p99 ${large.p99Ms.toFixed(1)} ms`)
  const reader = openSegmentReader(journal.shared)
  await readBack('records of 1 sample', 0, smallEnd, small.appended)
  await readBack('records of 10,000 samples', smallEnd, journal.head, large.appended * 10_000)
  await reader.close()

  async function readBack(name: string, from: number, to: number, expected: number): Promise<void> {
    const begun = performance.now()
    let at = from
    let seen = 0
    while (at < to) {
      const { records, next } = await reader.read(at, 4 << 20)
      for (const { entry, position } of records) if (position < to && entry.kind === 'samples') seen += entry.batch.numbers.length
      at = next
    }
    if (seen !== expected) throw new Error(`${expected} samples were acknowledged and ${seen} were read back`)
    console.log(`reading ${name}: ${((to - from) / 1e3 / (performance.now() - begun)).toFixed(0)} MB per second`)
  }
  const single = await run({ samples: 1, inFlight: 1, ms: 1500 })
  console.log(`one append at a time: ${(1000 / single.perSecond).toFixed(2)} ms each`)
} finally {
  await journal.close()
  await rm(dir, { recursive: true })
}

async function run(load: { readonly samples: number; readonly inFlight: number; readonly ms: number }) {
  const builder = new BatchBuilder(load.samples)
  for (let i = 0; i < load.samples; i++) builder.addNumber(i % 1000, 1.7e15 + i, i / 3, 0)
  const batch = builder.view(1.7e15)
  const took: number[] = []
  const from = journal.head
  const begun = performance.now()
  const loop = async () => {
    while (performance.now() - begun < load.ms) {
      const started = performance.now()
      const outcome: AppendOutcome = await journal.append({ kind: 'samples', batch })
      if (outcome.status === 'durable') took.push(performance.now() - started)
      else await new Promise((resume) => setTimeout(resume, 1))
    }
  }
  await Promise.all(Array.from({ length: load.inFlight }, loop))
  const seconds = (performance.now() - begun) / 1000
  took.sort((a, b) => a - b)
  return {
    appended: took.length,
    perSecond: took.length / seconds,
    bytesPerSecond: (journal.head - from) / seconds,
    p99Ms: took[Math.floor(took.length * 0.99)] ?? 0,
  }
}
