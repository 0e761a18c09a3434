import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { rowsOfEntry } from './crash-rows.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { testSettings } from './test-settings.ts'

// The process that crash.test.ts kills: it appends entry after entry, compacts all the while, and tells what was stored.
const dir = process.argv[2] ?? ''
const historian = await openEmbeddedHistorian({ dir, settings: { ...testSettings, compactAfterRows: 1_000, fileRows: 1_000, threads: 1 }, clock: systemClock, log: silentLog })
for (let entry = historian.position(); ; entry++) {
  const builder = new BatchBuilder()
  for (const [series, timeUs, value] of rowsOfEntry(entry)) builder.addNumber(series, timeUs, value, 0)
  await historian.append({ batches: [builder.view(0)], events: [{ timeUs: entry, kind: 'entry', path: null, data: '{}' }], next: entry + 1 })
  process.stdout.write(`${entry + 1}\n`)
  if (entry % 7 === 0) void historian.compact().catch(() => undefined)
}
