/** Adds up the processor time that this thread spends in what it is given: other programs on a busy computer do not count, as they would by a clock on the wall. */
export class CpuMeter {
  #spentUs = 0

  /** Runs `work` and counts its time. Whole microseconds are all that the system tells: give it work of milliseconds, not of one sample. */
  run<T>(work: () => T): T {
    const before = process.threadCpuUsage()
    const result = work()
    const { user, system } = process.threadCpuUsage(before)
    this.#spentUs += user + system
    return result
  }

  /** Microseconds of processor time so far, for each of `count` things. */
  each(count: number): number {
    return this.#spentUs / Math.max(1, count)
  }
}
