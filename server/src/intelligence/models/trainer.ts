import { Worker } from 'node:worker_threads'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { US_PER_HOUR } from '@millwright/model/time.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Historian } from '../../historian/historian.ts'
import type { TrainMessage, TrainOrder, TrainThreadData } from './train-messages.ts'
import type { SeriesStretch } from './rehearsal.ts'

/** Data is read in windows of this length, so that memory is bounded whatever the range. */
export const WINDOW_US = 6 * US_PER_HOUR
const PAGE = 100_000
/** Bytes that one sample takes on its way: time, value, status, and its place in the order. */
const SAMPLE_BYTES = 48
/** Before a replayed anomaly, so that averages and regimes have settled. */
const REPLAY_LEAD_US = 4 * US_PER_HOUR

export interface TrainSeries {
  readonly series: SeriesId
  readonly kind: ValueKind
}

export interface TrainingOrder {
  readonly thread: TrainThreadData
  readonly series: readonly TrainSeries[]
  readonly fromUs: number
  readonly toUs: number
  /** Judged anomalies to try the finished model on. */
  readonly replays: readonly { readonly id: string; readonly fromUs: number; readonly toUs: number }[]
  readonly maxMegabytes: number
  readonly signal: AbortSignal
  onProgress(part: number): void
}

export type Trained = Extract<TrainMessage, { readonly type: 'finished' }> & { readonly toldAgain: ReadonlyMap<string, boolean> }

/**
 * Trains a model in a thread of its own on samples of the history. The same data, labels and settings give the same model. Rejects with MillwrightError:
 * LIMIT_REACHED where a window would not fit in the memory, STOPPING when it is cancelled, INTERNAL when the thread dies.
 */
export async function train(order: TrainingOrder, history: Pick<Historian, 'readSamples'>): Promise<Trained> {
  const thread = new TrainThread(order)
  try {
    const windows = Math.max(1, Math.ceil((order.toUs - order.fromUs) / WINDOW_US))
    for (let index = 0; index < windows; index++) {
      const fromUs = order.fromUs + index * WINDOW_US
      await thread.ask({ type: 'window', stretches: await readWindow(order, history, fromUs, Math.min(order.toUs, fromUs + WINDOW_US)) })
      order.onProgress((index + 1) / (windows + order.replays.length))
    }
    const finished = await thread.ask({ type: 'finish' })
    if (finished.type !== 'finished') throw new Error('BUG: the training thread answered something else')
    const toldAgain = new Map<string, boolean>()
    for (const { id, fromUs, toUs } of order.replays) {
      const answer = await thread.ask({ type: 'replay', fromUs, toUs, stretches: await readWindow(order, history, fromUs - REPLAY_LEAD_US, toUs) })
      toldAgain.set(id, answer.type === 'replayed' && answer.isTold)
    }
    return { ...finished, toldAgain }
  } finally {
    await thread.end()
  }
}

/** The samples of some series in a window, each series in pieces. Rejects with LIMIT_REACHED or STOPPING. */
export async function readWindow(order: Pick<TrainingOrder, 'series' | 'maxMegabytes' | 'signal'>, history: Pick<Historian, 'readSamples'>, fromUs: number, toUs: number): Promise<SeriesStretch[]> {
  const stretches: SeriesStretch[] = []
  let room = Math.floor((order.maxMegabytes * 1024 * 1024) / SAMPLE_BYTES)
  for (const { series, kind } of order.series) {
    for (let from: number | undefined = fromUs; from !== undefined && from < toUs; ) {
      if (order.signal.aborted) throw new MillwrightError('STOPPING', 'the training was cancelled')
      const { block, nextUs } = await history.readSamples({ series, kind, fromUs: from, toUs }, { limit: PAGE, order: 'ascending' })
      room -= block.timesUs.length
      if (room < 0) throw new MillwrightError('LIMIT_REACHED', `six hours of this asset's samples do not fit in ${order.maxMegabytes} MB; raise intelligence.trainMegabytes, or take fewer signals`)
      if (block.timesUs.length > 0) stretches.push({ series, timesUs: block.timesUs, values: block.values, status: block.status })
      from = nextUs
    }
  }
  return stretches
}

/** One training thread: a question at a time. */
class TrainThread {
  readonly #worker: Worker
  #resolve: ((message: TrainMessage) => void) | undefined
  #reject: ((error: Error) => void) | undefined
  #failure: Error | undefined

  constructor({ thread, maxMegabytes, signal }: TrainingOrder) {
    this.#worker = new Worker(new URL('./train-thread.ts', import.meta.url), { workerData: thread, name: 'training', resourceLimits: { maxOldGenerationSizeMb: maxMegabytes } })
    this.#worker.on('message', (message: TrainMessage) => this.#resolve?.(message))
    this.#worker.on('error', (error: Error) => this.#fail(new MillwrightError('INTERNAL', `the training failed: ${error.message}`, { cause: error })))
    this.#worker.on('exit', () => this.#fail(new MillwrightError('INTERNAL', 'the training thread ended')))
    signal.addEventListener('abort', () => this.#fail(new MillwrightError('STOPPING', 'the training was cancelled')), { once: true })
  }

  ask(order: TrainOrder): Promise<TrainMessage> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#worker.postMessage(order)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#reject?.(error)
  }
}
