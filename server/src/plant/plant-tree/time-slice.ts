/** Longest that a search works before the sockets get their turn. */
const SLICE_MS = 8

/** Steps between two looks at the clock. */
export const STEPS = 256

/** Shares the main thread: long work asks after every {@link STEPS} steps whether it is time to let others work. */
export class TimeSlice {
  #begunMs = performance.now()

  get isOver(): boolean {
    return performance.now() - this.#begunMs >= SLICE_MS
  }

  /** Lets everything else that is ready run first. */
  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#begunMs = performance.now()
  }
}
