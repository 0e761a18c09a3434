/** Lets callers in one at a time, in the order of their calls. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `work` when all earlier work has settled, whether it failed or not. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work)
    this.#last = mine.catch(() => undefined)
    return mine
  }
}
