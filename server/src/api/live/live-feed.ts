import type { LiveValues } from '../../plant/live-values.ts'
import { usToMs } from '@millwright/model/time.ts'
import type { PlacedSignal } from '../plant-names.ts'
import { wireQuality, wireValue } from '../samples/sample-json.ts'
import type { LiveClient } from './live-client.ts'
import { LiveFrame } from './live-frame.ts'

/** What clients chose to watch. */
export interface Selection {
  /** Equal for equal choices: those who watch the same share a feed. */
  readonly key: string
  /** The signals it stands for now, in order. */
  signals(): readonly PlacedSignal[]
}

/** The signals of one selection with what changed of them, and the frames that tell it. */
export class LiveFeed {
  readonly selection: Selection
  readonly clients = new Set<LiveClient>()
  readonly #live: LiveValues
  readonly #run: string
  #signals: readonly PlacedSignal[]
  /** The flush that sends the newest change of each signal. */
  #changedAt: Float64Array
  /** Places of the signals that changed since the last flush. */
  #changed: Uint32Array
  #changedCount = 0
  /** When the feed began or its signals changed; clients that saw less than what was finished then did not see it as it is. */
  #bornAt: number
  #signalsFrame: LiveFrame | undefined
  #snapshot: { readonly sequence: number; readonly frame: LiveFrame } | undefined

  constructor(selection: Selection, live: LiveValues, run: string, sequence: number) {
    this.selection = selection
    this.#live = live
    this.#run = run
    this.#signals = selection.signals()
    this.#changedAt = new Float64Array(this.#signals.length)
    this.#changed = new Uint32Array(this.#signals.length)
    this.#bornAt = sequence
  }

  get signals(): readonly PlacedSignal[] {
    return this.#signals
  }

  get hasChanges(): boolean {
    return this.#changedCount > 0
  }

  /** Notes that the signal at a place changed; flush `sequence` will tell it. */
  note(index: number, sequence: number): void {
    if (this.#changedAt[index] === sequence) return
    this.#changedAt[index] = sequence
    this.#changed[this.#changedCount++] = index
    this.#snapshot = undefined
  }

  forgetChanges(): void {
    this.#changedCount = 0
  }

  isSame(signals: readonly PlacedSignal[]): boolean {
    return signals.length === this.#signals.length && signals.every(({ path, signal }, index) => {
      const known = this.#signals[index]
      return known?.path === path && known.signal.series === signal.series && known.signal.kind === signal.kind && known.signal.unit === signal.unit
    })
  }

  replace(signals: readonly PlacedSignal[], sequence: number): void {
    this.#signals = signals
    this.#changedAt = new Float64Array(signals.length)
    this.#changed = new Uint32Array(signals.length)
    this.#changedCount = 0
    this.#bornAt = sequence
    this.#signalsFrame = undefined
    this.#snapshot = undefined
  }

  /** Which signals the places in the other frames stand for. */
  signalsFrame(): LiveFrame {
    this.#signalsFrame ??= new LiveFrame(`event: signals\ndata: ${JSON.stringify({ signals: this.#signals.map(describe) })}\n\n`)
    return this.#signalsFrame
  }

  /** What changed since the last flush. */
  changesFrame(sequence: number): LiveFrame {
    return this.#valuesFrame(this.#changed.subarray(0, this.#changedCount), sequence)
  }

  /** What changed in flushes after `seen`. */
  changesSince(seen: number, sequence: number): LiveFrame | undefined {
    const places: number[] = []
    for (let i = 0; i < this.#changedAt.length; i++) if ((this.#changedAt[i] as number) > seen) places.push(i)
    return places.length === 0 ? undefined : this.#valuesFrame(places, sequence)
  }

  /**
   * The last values for a client that just came: all of them, or, if it saw flush `seen` of this very feed, those that changed since.
   * Its id is that of the last finished flush, so that what the running one brings is sent again after a reconnect.
   */
  snapshotFrame(running: number, seen: number): LiveFrame | undefined {
    if (seen >= this.#bornAt - 1) return this.changesSince(seen, running - 1)
    if (this.#snapshot?.sequence !== running) {
      const places = this.#signals.flatMap(({ signal }, index) => (this.#live.get(signal.series) === undefined ? [] : [index]))
      this.#snapshot = { sequence: running, frame: this.#valuesFrame(places, running - 1) }
    }
    return this.#snapshot.frame
  }

  #valuesFrame(places: Iterable<number>, sequence: number): LiveFrame {
    const signals: number[] = []
    const times: number[] = []
    const values: unknown[] = []
    const qualities: (string | number)[] = []
    let isAllGood = true
    for (const place of places) {
      const placed = this.#signals[place]
      const last = placed === undefined ? undefined : this.#live.get(placed.signal.series)
      if (placed === undefined || last === undefined) continue
      signals.push(place)
      times.push(usToMs(last.timeUs))
      values.push(wireValue(placed.signal.kind, last.value))
      const quality = wireQuality(last.status, 'word')
      if (quality !== 'good') isAllGood = false
      qualities.push(quality)
    }
    const data = isAllGood ? { signals, times, values } : { signals, times, values, qualities }
    return new LiveFrame(`event: values\nid: ${this.#run}:${sequence}\ndata: ${JSON.stringify(data)}\n\n`)
  }
}

function describe({ path, signal: { kind, unit } }: PlacedSignal): unknown {
  return unit === undefined ? { path, kind } : { path, kind, unit }
}
