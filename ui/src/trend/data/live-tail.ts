import { QUALITY, type Points } from './tile.ts'
import type { LiveSample } from '../../live/live-store.ts'

/** Most samples of a tail; the history brings them long before. */
export const MAX_TAIL = 5_000

/** The newest samples of one signal as they came live, until the history has them. In time order, each time once. */
export class LiveTail {
  #times: number[] = []
  #values: number[] = []
  #quality: number[] = []
  readonly #texts: string[] | undefined

  constructor(isText: boolean) {
    this.#texts = isText ? [] : undefined
  }

  get length(): number {
    return this.#times.length
  }

  get lastMs(): number | undefined {
    return this.#times.at(-1)
  }

  /** Takes a sample; an older one than the newest is left to the history, a repeated time replaces its value. */
  add({ timeMs, value, quality }: LiveSample): void {
    const last = this.#times.at(-1)
    if (last !== undefined && timeMs < last) return
    if (timeMs === last) {
      this.#times.pop()
      this.#values.pop()
      this.#quality.pop()
    }
    this.#times.push(timeMs)
    this.#values.push(this.#number(value))
    this.#quality.push(QUALITY[quality])
    if (this.#times.length > MAX_TAIL) this.dropTo(this.#times[this.#times.length >> 2] ?? 0)
  }

  /** Forgets what lies at or before a time, except the newest sample. */
  dropTo(timeMs: number): void {
    const keep = this.#times.findIndex((each) => each > timeMs)
    const count = keep < 0 ? this.#times.length - 1 : keep
    if (count <= 0) return
    this.#times.splice(0, count)
    this.#values.splice(0, count)
    this.#quality.splice(0, count)
  }

  /** Samples after `afterMs`, up to `toMs`: what history that ends at `afterMs` lacks. */
  after(afterMs: number, toMs: number): Points {
    const from = this.#times.findIndex((each) => each > afterMs)
    if (from < 0) return { times: new Float64Array(0), values: new Float64Array(0), quality: new Uint8Array(0), texts: this.#texts }
    let end = this.#times.length
    while (end > from && (this.#times[end - 1] as number) > toMs) end--
    return {
      times: Float64Array.from(this.#times.slice(from, end)),
      values: Float64Array.from(this.#values.slice(from, end)),
      quality: Uint8Array.from(this.#quality.slice(from, end)),
      texts: this.#texts,
    }
  }

  #number(value: LiveSample['value']): number {
    if (value === null) return Number.NaN
    if (this.#texts === undefined) return Number(value)
    const text = String(value)
    const known = this.#texts.indexOf(text)
    return known >= 0 ? known : this.#texts.push(text) - 1
  }
}
