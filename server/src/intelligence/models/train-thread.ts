import { parentPort, workerData } from 'node:worker_threads'
import { AssetWatch } from '../runtime/asset-watch.ts'
import { Rehearsal } from './rehearsal.ts'
import type { TrainMessage, TrainOrder, TrainThreadData } from './train-messages.ts'

const port = parentPort
if (port === null) throw new Error('BUG: train-thread.ts runs in a worker thread only')
const say = (message: TrainMessage) => port.postMessage(message)
// Our own main thread wrote it.
const { shape, alarmsPerWeek, taught } = workerData as TrainThreadData
const rehearsal = Rehearsal.fresh(shape, alarmsPerWeek, taught)
let finished: Uint8Array | undefined

port.on('message', (order: TrainOrder) => {
  switch (order.type) {
    case 'window':
      rehearsal.take(order.stretches)
      return say({ type: 'taken' })
    case 'finish': {
      finished = rehearsal.state()
      const { samples, frames, told, judgedFromUs } = rehearsal
      return say({ type: 'finished', state: finished, hash: rehearsal.fingerprint(), samples, frames, told, judgedFromUs, references: rehearsal.references() })
    }
    case 'replay': {
      if (finished === undefined) throw new Error('BUG: a replay before the training was finished')
      const watch = AssetWatch.restore(finished)
      watch.frames.restart()
      const replay = new Rehearsal(watch, alarmsPerWeek, [{ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, as: 'exclude' }])
      replay.take(order.stretches)
      say({ type: 'replayed', isTold: replay.told.some(({ detectedUs, endedUs = Number.MAX_SAFE_INTEGER }) => detectedUs <= order.toUs && endedUs >= order.fromUs) })
    }
  }
})
