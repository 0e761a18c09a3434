import { Worker } from 'node:worker_threads'
import type { LiveLoad, LiveResult } from './live-load.ts'

/** Clients of a live stream in a thread of their own, open until they are closed. */
export class LiveClientsThread {
  readonly #worker = new Worker(new URL('./live-load.ts', import.meta.url))

  private constructor() {}

  /** Settles when all clients have their first values. */
  static async open(load: LiveLoad): Promise<LiveClientsThread> {
    const clients = new LiveClientsThread()
    await clients.#ask(load)
    return clients
  }

  /** What came since the last question, or since they were opened. */
  result(): Promise<LiveResult> {
    return this.#ask('result')
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #ask(message: LiveLoad | 'result'): Promise<LiveResult> {
    return new Promise((resolve, reject) => {
      this.#worker.once('message', (answer: { readonly result: LiveResult } | { readonly error: string }) => {
        if ('result' in answer) resolve(answer.result)
        else reject(new Error(answer.error))
      })
      this.#worker.once('error', reject)
      this.#worker.postMessage(message)
    })
  }
}
