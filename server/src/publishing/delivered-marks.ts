/** Marks kept at most; older ones are merged into the saved place. */
const MAX_MARKS = 4_096

/**
 * Up to where the journal was delivered. Sparkplug data has QoS 0 and is acknowledged by nobody, and a host that dies may not have stored what the broker gave it: so a place counts as
 * delivered for good only when the broker has had it for a while.
 */
export class DeliveredMarks {
  readonly #holdMs: number
  #saved: number
  #marks: { readonly atMs: number; readonly position: number }[] = []

  /** `holdMs`: how long the broker must have had it. */
  constructor(position: number, holdMs: number) {
    this.#saved = position
    this.#holdMs = holdMs
  }

  /** The broker has all that lies before `position`. */
  confirm(position: number, nowMs: number): void {
    if (position <= (this.#marks.at(-1)?.position ?? this.#saved)) return
    if (this.#marks.length >= MAX_MARKS) this.#saved = this.#marks.shift()?.position ?? this.#saved
    this.#marks.push({ atMs: nowMs, position })
  }

  /** The place that counts as delivered for good. */
  saved(nowMs: number): number {
    while (this.#marks[0] !== undefined && nowMs - this.#marks[0].atMs >= this.#holdMs) this.#saved = this.#marks.shift()?.position ?? this.#saved
    return this.#saved
  }

  /** Forgets what does not count for good yet; answers from where it is to be sent again. */
  rewind(nowMs: number): number {
    const from = this.saved(nowMs)
    this.#marks = []
    return from
  }

  /** Gives up what lies before `position`. */
  giveUp(position: number): void {
    this.#saved = Math.max(this.#saved, position)
    this.#marks = this.#marks.filter((mark) => mark.position > this.#saved)
  }
}
