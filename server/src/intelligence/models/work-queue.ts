import { MillwrightError } from '../../kernel/error.ts'

/** Work that may wait for its turn. */
const MAX_WAITING = 50

/** Trainings and trials, one after the other: each may take a core and much memory. */
export class WorkQueue {
  #last: Promise<void> = Promise.resolve()
  readonly #running = new Map<string, AbortController>()

  /** Puts work at the end, under the id of its model. It must not reject. Throws OVERLOADED. */
  add(id: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#running.size >= MAX_WAITING) throw new MillwrightError('OVERLOADED', `${MAX_WAITING} trainings wait already`)
    const controller = new AbortController()
    this.#running.set(id, controller)
    this.#last = this.#last
      .then(() => work(controller.signal))
      .finally(() => {
        if (this.#running.get(id) === controller) this.#running.delete(id)
      })
  }

  /** Whether work of this id runs or waits. */
  has(id: string): boolean {
    return this.#running.has(id)
  }

  /** Ends work that runs or waits; false where there is none. */
  cancel(id: string): boolean {
    const controller = this.#running.get(id)
    controller?.abort()
    return controller !== undefined
  }

  /** Settles when all that was put in is done. */
  idle(): Promise<void> {
    return this.#last
  }

  async stop(): Promise<void> {
    for (const controller of this.#running.values()) controller.abort()
    await this.#last
  }
}
