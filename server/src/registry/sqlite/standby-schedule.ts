/** A file up to this size is copied within milliseconds, so its copy follows soon. */
const SMALL_BYTES = 16 * 2 ** 20
const SOON_MS = 60_000
const LATER_MS = 3_600_000
/** So many changes are worth a copy soon whatever the size: an import, a new line. */
const MANY_CHANGES = 10_000

/** Says when the copy beside a registry is renewed: a minute after a change while the file is small or much has changed, else an hour. */
export class StandbySchedule {
  readonly #renew: () => Promise<number>
  #timer: NodeJS.Timeout | undefined
  #dueMs = Number.POSITIVE_INFINITY
  #changes = 0
  #sizeBytes = 0

  /** `renew` makes the copy and answers the size of the registry's file. */
  constructor(renew: () => Promise<number>) {
    this.#renew = renew
  }

  noteChanges(count: number): void {
    this.#changes += count
    const delayMs = this.#sizeBytes <= SMALL_BYTES || this.#changes >= MANY_CHANGES ? SOON_MS : LATER_MS
    const dueMs = performance.now() + delayMs
    if (dueMs >= this.#dueMs) return
    this.#dueMs = dueMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#run(), delayMs)
    this.#timer.unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#dueMs = Number.NEGATIVE_INFINITY
  }

  async #run(): Promise<void> {
    this.#changes = 0
    this.#dueMs = Number.POSITIVE_INFINITY
    const sizeBytes = await this.#renew()
    if (sizeBytes > 0) this.#sizeBytes = sizeBytes
  }
}
