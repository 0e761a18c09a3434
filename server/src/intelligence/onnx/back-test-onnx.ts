import { Worker } from 'node:worker_threads'
import type { Historian } from '../../historian/historian.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { readWindow, WINDOW_US, type TrainSeries } from '../models/trainer.ts'
import type { BackTestMessage, BackTestOrder, BackTestThreadData } from './back-test-thread.ts'

export interface BackTestRun {
  readonly thread: BackTestThreadData
  readonly series: readonly TrainSeries[]
  readonly fromUs: number
  readonly toUs: number
  readonly maxMegabytes: number
  readonly signal: AbortSignal
  onProgress(part: number): void
}

export type BackTested = Extract<BackTestMessage, { readonly type: 'finished' }>

/**
 * Runs a model that was brought over the history, in a thread of its own that calls it in a process of its own. Rejects with LIMIT_REACHED (memory), STOPPING (cancelled),
 * MODEL_REFUSED (the model fails on the data) or INTERNAL (the thread died).
 */
export async function backTestOnnx(run: BackTestRun, history: Pick<Historian, 'readSamples'>): Promise<BackTested> {
  const worker = new Worker(new URL('./back-test-thread.ts', import.meta.url), { workerData: run.thread, name: 'back-test', resourceLimits: { maxOldGenerationSizeMb: run.maxMegabytes } })
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  let hear: ((message: BackTestMessage) => void) | undefined
  worker.on('message', (message: BackTestMessage) => (message.type === 'failed' ? failed.reject(new MillwrightError('MODEL_REFUSED', `the model failed on the history: ${message.message}`)) : hear?.(message)))
  worker.on('error', (error: Error) => failed.reject(new MillwrightError('INTERNAL', `the back-test failed: ${error.message}`, { cause: error })))
  worker.on('exit', () => failed.reject(new MillwrightError('INTERNAL', 'the back-test thread ended')))
  run.signal.addEventListener('abort', () => failed.reject(new MillwrightError('STOPPING', 'the back-test was cancelled')), { once: true })
  const ask = (order: BackTestOrder): Promise<BackTestMessage> => {
    const answer = new Promise<BackTestMessage>((resolve) => (hear = resolve))
    worker.postMessage(order)
    return Promise.race([answer, failed.promise])
  }
  try {
    const windows = Math.max(1, Math.ceil((run.toUs - run.fromUs) / WINDOW_US))
    for (let index = 0; index < windows; index++) {
      const fromUs = run.fromUs + index * WINDOW_US
      await ask({ type: 'window', stretches: await readWindow(run, history, fromUs, Math.min(run.toUs, fromUs + WINDOW_US)) })
      run.onProgress((index + 1) / windows)
    }
    const finished = await ask({ type: 'finish' })
    if (finished.type !== 'finished') throw new Error('BUG: the back-test thread answered something else')
    return finished
  } finally {
    await worker.terminate()
  }
}
