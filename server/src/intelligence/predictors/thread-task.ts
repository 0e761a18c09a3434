import { parentPort, workerData } from 'node:worker_threads'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { PredictorMessage } from './predictor-threads.ts'

/** Does the task that this thread was started with and says how it ended; `progress` may be called as often as wished. */
export function runThreadTask<T, R>(compute: (task: T, progress: (part: number) => void) => R): void {
  const port = parentPort
  if (port === null) throw new Error('BUG: a predictor thread runs in a worker thread only')
  const say = (message: PredictorMessage<R>) => port.postMessage(message)
  let told = 0
  try {
    // Our own main thread wrote it.
    const result = compute(workerData as T, (part) => {
      if (part - told < 0.01) return
      told = part
      say({ type: 'progress', part })
    })
    say({ type: 'done', result })
  } catch (thrown) {
    if (!(thrown instanceof MillwrightError)) throw thrown
    say({ type: 'failed', code: thrown.code, message: messageOf(thrown) })
  }
}
