import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Create } from 'typebox/value'
import { describeJournal, type JournalUnderTest } from '../../../test/contracts/journal.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { JournalReader } from '../journal.ts'
import { journalSettings } from '../settings.ts'
import { openSegmentJournal } from './segment-journal.ts'
import { openSegmentReader } from './segment-reader.ts'

describeJournal('segment files', async () => open(await mkdtemp(join(tmpdir(), 'millwright-journal-'))))

async function open(dir: string): Promise<JournalUnderTest> {
  const settings = { ...Create(journalSettings), segmentBytes: 4096, minFreeBytes: 0 }
  const journal = await openSegmentJournal({ dir, settings, clock: systemClock, log: silentLog })
  const readers: JournalReader[] = []
  const close = async () => {
    await journal.close()
    for (const reader of readers) await reader.close()
  }
  return {
    journal,
    openReader: () => {
      const reader = openSegmentReader(journal.shared)
      readers.push(reader)
      return reader
    },
    reopen: async () => {
      await close()
      return open(dir)
    },
    remove: async () => {
      await close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
