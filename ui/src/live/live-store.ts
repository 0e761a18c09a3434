export type LiveScalar = number | boolean | string | null
export type QualityWord = 'good' | 'uncertain' | 'bad'

/** The newest sample of a signal; a new object for each new sample. */
export interface LiveSample {
  readonly timeMs: number
  readonly value: LiveScalar
  readonly quality: QualityWord
}

/** A signal of a stream, as its `signals` event names it. */
export interface LiveSignal {
  readonly path: string
  readonly kind: 'number' | 'boolean' | 'text' | 'waveform'
  readonly unit?: string
}

/** The `values` event: columns, `signals` are places in the list of the last `signals` event. */
export interface ValuesFrame {
  readonly signals: readonly number[]
  readonly times: readonly number[]
  readonly values: readonly LiveScalar[]
  /** Absent when all are good. */
  readonly qualities?: readonly QualityWord[]
}

type Listener = () => void

/**
 * Newest values outside of React. Each signal has its own listeners, so a new value renders what shows that signal and nothing else;
 * listeners are called once per animation frame, however many frames of values arrived. Watchers of all samples (a trend that follows)
 * are called at once with each.
 */
export class LiveStore {
  readonly #samples = new Map<string, LiveSample>()
  /** Newest time of any signal of an asset, ms. */
  readonly #newest = new Map<string, number>()
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #watchers = new Set<(path: string, sample: LiveSample) => void>()
  readonly #dirty = new Set<string>()
  readonly #schedule: (work: () => void) => void
  #isScheduled = false

  /** `schedule` runs work before the next picture: `requestAnimationFrame`. */
  constructor(schedule: (work: () => void) => void) {
    this.#schedule = schedule
  }

  get(path: string): LiveSample | undefined {
    return this.#samples.get(path)
  }

  /** Time of the newest sample of any signal of an asset, ms. */
  newestOf(asset: string): number | undefined {
    return this.#newest.get(asset)
  }

  /** Takes a frame of a stream whose places stand for `paths`. */
  apply(paths: readonly string[], { signals, times, values, qualities }: ValuesFrame): void {
    for (const [index, place] of signals.entries()) {
      const path = paths[place]
      const timeMs = times[index]
      if (path === undefined || timeMs === undefined) continue
      const known = this.#samples.get(path)
      // A reconnect may repeat a sample, and two streams may carry the same signal: the newer one stays.
      if (known !== undefined && timeMs < known.timeMs) continue
      const sample: LiveSample = { timeMs, value: values[index] ?? null, quality: qualities?.[index] ?? 'good' }
      this.#samples.set(path, sample)
      const asset = path.slice(0, path.lastIndexOf('/'))
      if (timeMs > (this.#newest.get(asset) ?? Number.NEGATIVE_INFINITY)) this.#newest.set(asset, timeMs)
      for (const watcher of this.#watchers) watcher(path, sample)
      if (this.#listeners.has(path)) this.#dirty.add(path)
    }
    if (this.#dirty.size > 0) this.#flushSoon()
  }

  /** Hears, at most once per picture, that a signal has a new value. Returns what ends that. */
  subscribe(path: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(path) ?? new Set()
    this.#listeners.set(path, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(path)
    }
  }

  /** Sees every sample as it arrives. Returns what ends that. */
  watch(watcher: (path: string, sample: LiveSample) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Forgets signals that nobody watches any more. */
  forget(paths: readonly string[]): void {
    for (const path of paths) if (!this.#listeners.has(path)) this.#samples.delete(path)
  }

  #flushSoon(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#schedule(() => {
      this.#isScheduled = false
      const dirty = [...this.#dirty]
      this.#dirty.clear()
      for (const path of dirty) for (const listener of this.#listeners.get(path) ?? []) listener()
    })
  }
}
