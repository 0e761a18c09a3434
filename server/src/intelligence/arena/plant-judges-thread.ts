import { parentPort, workerData } from 'node:worker_threads'
import type { SeriesStretch } from '../models/rehearsal.ts'
import type { WatchShape } from '../runtime/asset-watch.ts'
import { PlantJudges, type PlantVerdict } from './plant-judges.ts'

/** What the thread is started with. */
export interface PlantJudgesTask {
  readonly shape: WatchShape
  readonly alarmsPerWeek: number
  readonly detectors: readonly string[]
}

/** The next window, or the end. */
export type PlantJudgesOrder = { readonly type: 'window'; readonly stretches: readonly SeriesStretch[] } | { readonly type: 'finish' }

/** The window was taken, or what came out. */
export type PlantJudgesAnswer = { readonly type: 'taken' } | { readonly type: 'finished'; readonly verdicts: readonly PlantVerdict[] }

const port = parentPort
if (port === null) throw new Error('BUG: plant-judges-thread.ts runs in a worker thread only')
// Our own main thread wrote it.
const { shape, alarmsPerWeek, detectors } = workerData as PlantJudgesTask
const judges = new PlantJudges(shape, alarmsPerWeek, detectors)

port.on('message', (order: PlantJudgesOrder) => {
  if (order.type === 'window') judges.take(order.stretches)
  port.postMessage((order.type === 'window' ? { type: 'taken' } : { type: 'finished', verdicts: judges.verdicts() }) satisfies PlantJudgesAnswer)
})
