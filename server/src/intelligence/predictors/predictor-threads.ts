import { Worker } from 'node:worker_threads'
import { MillwrightError, type ErrorCode } from '../../kernel/error.ts'

/** What a predictor thread says. */
export type PredictorMessage<R> =
  | { readonly type: 'progress'; readonly part: number }
  | { readonly type: 'done'; readonly result: R }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string }

export interface ThreadsOptions {
  /** The script of the thread: it takes its task as `workerData` and says {@link PredictorMessage}s. */
  readonly script: URL
  /** Tasks that run at once, and that may wait for it; further ones are refused. */
  readonly atOnce: number
  readonly maxWaiting: number
  /** After which a task is given up. */
  readonly timeoutMs: number
  /** Memory of a thread's objects. */
  readonly maxMegabytes: number
}

export interface RunOptions {
  /** Aborting ends the thread, with an error STOPPING. */
  readonly signal?: AbortSignal
  readonly onProgress?: (part: number) => void
}

/** Runs tasks each in a thread of its own, so that one that dies, hangs or eats memory takes nothing with it. */
export class PredictorThreads<T, R> {
  readonly #options: ThreadsOptions
  readonly #waiting: (() => void)[] = []
  readonly #stop = new AbortController()
  #running = 0

  constructor(options: ThreadsOptions) {
    this.#options = options
  }

  /**
   * Rejects with MillwrightError: what the task failed with, OVERLOADED when too many wait, STOPPING when it was aborted, REQUEST_TIMEOUT when it took too long,
   * INTERNAL when the thread died.
   */
  async run(task: T, { signal, onProgress }: RunOptions = {}): Promise<R> {
    const { atOnce, maxWaiting } = this.#options
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= maxWaiting) throw new MillwrightError('OVERLOADED', `${maxWaiting} computations wait already; try again in a while`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running++
    try {
      const ends = signal === undefined ? this.#stop.signal : AbortSignal.any([this.#stop.signal, signal])
      if (ends.aborted) throw stopped()
      return await this.#inThread(task, ends, onProgress)
    } finally {
      // Whoever waits takes the place over.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  /** Ends all tasks, also those that wait. */
  close(): void {
    this.#stop.abort()
  }

  #inThread(task: T, signal: AbortSignal, onProgress: RunOptions['onProgress']): Promise<R> {
    const { script, timeoutMs, maxMegabytes } = this.#options
    const worker = new Worker(script, { workerData: task, name: 'predictor', resourceLimits: { maxOldGenerationSizeMb: maxMegabytes } })
    return new Promise<R>((resolve, reject) => {
      const timer = setTimeout(() => reject(new MillwrightError('REQUEST_TIMEOUT', `the computation took longer than ${timeoutMs / 1_000} s and was given up`)), timeoutMs)
      const abort = () => reject(stopped())
      signal.addEventListener('abort', abort, { once: true })
      worker.on('message', (message: PredictorMessage<R>) => {
        if (message.type === 'progress') onProgress?.(message.part)
        else if (message.type === 'done') resolve(message.result)
        else reject(new MillwrightError(message.code, message.message))
      })
      worker.on('error', (cause: Error) => reject(new MillwrightError('INTERNAL', `the computing thread died: ${cause.message}`, { cause })))
      worker.on('exit', (code) => reject(new MillwrightError('INTERNAL', `the computing thread ended (code ${code}) without an answer`)))
      // Whatever the outcome: nothing of the task stays.
      worker.once('exit', () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      })
    }).finally(() => worker.terminate())
  }
}

function stopped(): MillwrightError {
  return new MillwrightError('STOPPING', 'the computation was cancelled')
}
