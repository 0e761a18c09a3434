import { statfs } from 'node:fs/promises'
import type { Plant } from '../plant/plant.ts'
import type { PlantStatus, SourceStatus } from './plant-status.ts'

export interface PlantStatusOptions {
  readonly plant: Plant
  /** Folder whose disk is watched. */
  readonly dataDir: string
  /** The ways in, as they are now. */
  sources(): readonly SourceStatus[]
  /** What else keeps the platform from its work, such as a stop that has begun. */
  notReady?(): readonly { readonly part: string; readonly reason: string }[]
}

/** How a running plant is, as the API tells it. */
export function plantStatusOf({ plant, dataDir, sources, notReady }: PlantStatusOptions): PlantStatus {
  return {
    notReady: () => [...plant.troubles(), ...(notReady?.() ?? [])],
    warnings: () => plant.warnings(),
    journal: () => plant.journalStatus(),
    consumers: () => plant.consumers(),
    historyLagBytes: () => plant.historyLagBytes,
    sources,
    counters: plant.counters,
    get paused() {
      return plant.ingest.paused
    },
    deadLetters: plant.deadLetters,
    async disk() {
      const { bavail, blocks, bsize } = await statfs(dataDir)
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
    },
  }
}
