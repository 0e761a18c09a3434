import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { HistorianSettings } from '../historian/settings.ts'
import { openSegmentJournal, type SegmentJournal } from '../journal/segments/segment-journal.ts'
import { openSegmentReader } from '../journal/segments/segment-reader.ts'
import type { JournalSettings } from '../journal/settings.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { Recovery } from '../registry/sqlite/recover.ts'
import { openSqliteRegistry } from '../registry/sqlite/sqlite-registry.ts'
import { Admission } from './admission.ts'
import { DeadLetters } from './dead-letters.ts'
import { DiskWatch } from './disk-watch.ts'
import { EventLog } from './event-log.ts'
import { catalogued } from './history/catalogued-history.ts'
import { HISTORY_CONSUMER, HistoryClient } from './history/history-client.ts'
import { IngestCounters } from './ingest-counters.ts'
import { Ingest } from './ingest.ts'
import { LIVE_CONSUMER, LiveKeeper } from './live-keeper.ts'
import { LiveValues } from './live-values.ts'
import { loadPlantModel } from './plant-model.ts'
import type { PlantSettings } from './plant-settings.ts'
import { Plant, type PlantParts } from './plant.ts'
import { openProvisioning } from './provisioning.ts'
import type { ProvisioningSettings } from './provisioning-settings.ts'
import { Retention } from './retention.ts'

export interface PlantOptions {
  /** Folder in which everything is kept; made where it is missing. Nobody else may have it open. */
  readonly dataDir: string
  readonly settings: {
    readonly plant: PlantSettings
    readonly provisioning: ProvisioningSettings
    readonly journal: JournalSettings
    readonly historian: HistorianSettings
    readonly log: { readonly level: string }
  }
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
}

/** Where each part keeps its things below the data folder. */
export const DATA = { journal: 'journal', history: 'history', registry: 'registry.db', live: 'live.bin', mqtt: 'mqtt.db' } as const

const DISK_LOOK_MS = 5_000
/** Problems of a damaged registry that its event names. */
const MAX_REPORTED = 3
const RETENTION_MS = 10 * 60_000
const FIRST_RETENTION_MS = 60_000

/** Opens all that a plant consists of, in the order in which one stands on the other. */
export async function openPlant(options: PlantOptions): Promise<Plant> {
  const { dataDir, settings, clock, log, random } = options
  await mkdir(dataDir, { recursive: true })
  const recoveries: Recovery[] = []
  const registry = await openSqliteRegistry({
    file: join(dataDir, DATA.registry),
    clock,
    log: log.child({ part: 'registry' }),
    onRecovery: (recovery) => recoveries.push(recovery),
  })
  const model = await loadPlantModel({ registry, log: log.child({ part: 'model' }) })
  const provisioning = await openProvisioning({ model, registry, settings: settings.provisioning, clock, log: log.child({ part: 'provisioning' }) })
  const late: { journal?: SegmentJournal; events?: EventLog } = {}
  const historyClient = new HistoryClient({
    workerData: { dir: join(dataDir, DATA.history), settings: settings.historian, gatherMs: settings.plant.gatherMs, logLevel: settings.log.level },
    journalHead: () => late.journal?.head ?? 0,
    onProgress: (_position, coldPosition) => late.journal?.release(HISTORY_CONSUMER, coldPosition),
    onGap: (position, skippedBytes) => {
      log.error({ position, skippedBytes }, 'a part of the journal could not be read: its samples are missing from history')
      void late.events?.record({ kind: 'journal.gap', path: null, data: { position, skippedBytes } })
    },
    log: log.child({ part: 'history' }),
    random,
  })
  const stored = await historyClient.start()
  const journal = await openSegmentJournal({ dir: join(dataDir, DATA.journal), settings: settings.journal, clock, log: log.child({ part: 'journal' }), startBeyond: stored })
  late.journal = journal
  const events = new EventLog(journal, clock, log.child({ part: 'events' }))
  late.events = events
  historyClient.follow(journal.shared)

  const live = new LiveValues()
  const liveKeeper = await LiveKeeper.open(join(dataDir, DATA.live), live, log)
  void liveKeeper.replay(openSegmentReader(journal.shared), journal.head)
  const counters = new IngestCounters()
  const deadLetters = new DeadLetters(clock)
  const admission = new Admission(counters, live, model)
  const ingest = new Ingest({
    journal,
    signals: provisioning,
    admission,
    live,
    deadLetters,
    counters,
    clock,
    log: log.child({ part: 'ingest' }),
    onDurable: (batch, next) => historyClient.expect(batch, next),
  })
  const history = catalogued(historyClient.history, model)
  const diskWatch = new DiskWatch({ space: () => spaceAt(dataDir), events, log: log.child({ part: 'disk' }) })
  await diskWatch.look()
  const parts: PlantParts = { registry, model, provisioning, journal, ingest, live, liveKeeper, historyClient, history, events, deadLetters, counters, diskWatch }
  await reportQuarantined(journal, events)
  for (const { problems, setAside, copiedAtUs } of recoveries) {
    await events.record({ kind: 'registry.recovered', path: null, data: { problems: problems.slice(0, MAX_REPORTED).join('; '), setAside, copiedAtUs } })
  }
  const retention = await Retention.open({ history, model, registry, events, defaultDays: settings.plant.retentionDays, clock, log: log.child({ part: 'retention' }) })
  return new Plant(parts, startTimers(parts, retention, settings.plant, log))
}

async function spaceAt(folder: string): Promise<{ freeBytes: number; totalBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

async function reportQuarantined(journal: SegmentJournal, events: EventLog): Promise<void> {
  for (const { file, reason } of journal.status().quarantined) await events.record({ kind: 'journal.segment-quarantined', path: null, data: { file, reason } })
}

function startTimers(parts: PlantParts, retention: Retention, settings: PlantSettings, log: Log): NodeJS.Timeout[] {
  const { journal, liveKeeper, diskWatch } = parts
  let isSaving = false
  async function saveLive(): Promise<void> {
    if (isSaving) return
    isSaving = true
    try {
      const position = await liveKeeper.save(journal.head)
      if (position >= 0) journal.release(LIVE_CONSUMER, position)
    } catch (thrown) {
      log.warn({ err: thrown }, `the live values could not be saved: ${messageOf(thrown)}; the next start takes longer`)
    } finally {
      isSaving = false
    }
  }
  const timers = [
    setInterval(() => void saveLive(), settings.liveSnapshotSeconds * 1_000),
    setInterval(() => void diskWatch.look(), DISK_LOOK_MS),
    setInterval(() => void retention.pass(), RETENTION_MS),
    setTimeout(() => void retention.pass(), FIRST_RETENTION_MS),
  ]
  for (const timer of timers) timer.unref()
  return timers
}
