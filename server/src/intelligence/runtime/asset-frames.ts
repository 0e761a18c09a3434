import { severityOf } from '@millwright/model/quality.ts'
import { AHEAD_LIMIT_US, US_PER_SECOND } from '@millwright/model/time.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { remapColumn } from './remap.ts'

/** Length of a frame of device time. */
export const FRAME_US = 60 * US_PER_SECOND
/** A frame waits this long, in device time, for samples of its own that come a little later than those of the next one. */
const GRACE_US = 15 * US_PER_SECOND
/** A value stands until its successor, but no longer than this: gateways send unchanged ones every ten minutes or so. */
export const HOLD_US = 16 * 60 * US_PER_SECOND

/** Samples of a signal in a frame before one of them can stick out. */
const LEAST_SAMPLES = 4

interface Span {
  readonly low: Float64Array
  readonly high: Float64Array
  readonly sum: Float64Array
  readonly count: Float64Array
  /** Samples that repeat the value before them. */
  readonly same: Float64Array
}

/** Samples that were not used, and why. */
export interface FrameCounts {
  /** For a frame that was closed already: backfilled beside newer ones. */
  late: number
  /** No number, or of bad quality. */
  bad: number
  /** More than ten minutes ahead of their arrival. */
  ahead: number
}

/**
 * Puts the samples of one asset side by side: a frame a minute, of device time, with the newest value of each signal in it. So a signal that
 * changes from 1 Hz to 1 a minute keeps its statistics. Pure and causal: the frames depend on nothing but the order of the samples.
 */
export class AssetFrames {
  readonly size: number
  readonly counts: FrameCounts = { late: 0, bad: 0, ahead: 0 }
  /** Values at the end of the frame that was closed last; NaN where there is none. */
  readonly values: Float64Array
  /** How far the sample that stuck out most in that frame was from the mean of the others, with its sign; NaN where there were too few to say. */
  readonly reach: Float64Array
  /** Samples of each signal in that frame. */
  readonly samples: Float64Array
  /** How many of them repeat the value before: where there are such, samples come by the clock and not by change. */
  readonly repeats: Float64Array
  readonly #held: Float64Array
  readonly #heldUs: Float64Array
  /** The open frame, and the one behind it. */
  readonly #open: readonly [Float64Array, Float64Array]
  readonly #openUs: readonly [Float64Array, Float64Array]
  /** Of the samples of the same two: lowest, highest, sum and count. */
  readonly #spans: readonly [Span, Span]
  #turn: 0 | 1 = 0
  #frame = -1
  #isUsed: [boolean, boolean] = [false, false]

  constructor(size: number) {
    this.size = size
    const column = (fill: number) => new Float64Array(size).fill(fill)
    this.values = column(Number.NaN)
    this.#held = column(Number.NaN)
    this.#heldUs = column(Number.NEGATIVE_INFINITY)
    this.#open = [column(Number.NaN), column(Number.NaN)]
    this.#openUs = [column(-1), column(-1)]
    this.reach = column(Number.NaN)
    this.samples = column(0)
    this.repeats = column(0)
    this.#spans = [newSpan(size), newSpan(size)]
  }

  /** End of the frame that is open, or undefined before the first sample. */
  get openUntilUs(): number | undefined {
    return this.#frame < 0 ? undefined : (this.#frame + 1) * FRAME_US
  }

  /**
   * Takes a sample. `closed` is called for each frame that is complete by it, before the sample counts, with the frame's end.
   */
  add(index: number, timeUs: number, value: number, status: number, receivedUs: number, closed: (endUs: number) => void): void {
    if (Number.isNaN(value) || severityOf(status) === 'bad') {
      this.counts.bad++
      return
    }
    if (!this.advance(timeUs, receivedUs, closed)) return
    const slot = Math.floor(timeUs / FRAME_US) === this.#frame ? this.#turn : this.#turn === 0 ? 1 : 0
    const times = this.#openUs[slot]
    this.#isUsed[slot] = true
    widen(this.#spans[slot], index, value)
    const before = times[index] as number
    if (timeUs < before) return
    const open = this.#open[slot]
    if (before >= 0 && open[index] === value) this.#spans[slot].same[index] = (this.#spans[slot].same[index] as number) + 1
    times[index] = timeUs
    open[index] = value
  }

  /** Tells the time; false when it lies behind the open frame, or too far ahead. */
  advance(timeUs: number, receivedUs: number, closed: (endUs: number) => void): boolean {
    if (timeUs > receivedUs + AHEAD_LIMIT_US) {
      this.counts.ahead++
      return false
    }
    const frame = Math.floor(timeUs / FRAME_US)
    if (this.#frame < 0) this.#frame = frame
    if (frame < this.#frame) {
      this.counts.late++
      return false
    }
    while (this.#frame < frame && timeUs >= (this.#frame + 1) * FRAME_US + GRACE_US) {
      const hadSamples = this.#isUsed[this.#turn]
      this.#close(closed)
      if (!hadSamples && !this.#isUsed[this.#turn]) this.#frame = Math.max(this.#frame, frame - 1)
    }
    return true
  }

  /** Forgets what is open and held: the next sample may be of any time. For replays of the past. */
  restart(): void {
    this.#frame = -1
    this.#isUsed = [false, false]
    this.values.fill(Number.NaN)
    this.#held.fill(Number.NaN)
    this.#heldUs.fill(Number.NEGATIVE_INFINITY)
    for (const times of this.#openUs) times.fill(-1)
    for (const { count, same } of this.#spans) for (const column of [count, same]) column.fill(0)
  }

  #close(closed: (endUs: number) => void): void {
    const [open, times] = [this.#open[this.#turn], this.#openUs[this.#turn]]
    const endUs = (this.#frame + 1) * FRAME_US
    const isUsed = this.#isUsed[this.#turn]
    const span = this.#spans[this.#turn]
    for (let at = 0; at < this.size; at++) {
      this.repeats[at] = span.same[at] as number
      span.same[at] = 0
      if ((times[at] as number) >= 0) {
        if (span.count[at] === 1 && open[at] === this.#held[at]) this.repeats[at] = 1
        this.#held[at] = open[at] as number
        this.#heldUs[at] = times[at] as number
        times[at] = -1
      }
      this.samples[at] = span.count[at] as number
      this.reach[at] = reachOf(span, at)
      this.values[at] = endUs - (this.#heldUs[at] as number) <= HOLD_US ? (this.#held[at] as number) : Number.NaN
    }
    this.#isUsed[this.#turn] = false
    this.#turn = this.#turn === 0 ? 1 : 0
    this.#frame++
    if (isUsed) closed(endUs)
  }

  /** Takes over the open and held frames of signals whose places have changed; `places` as in {@link remapColumn}. */
  takeOver(other: AssetFrames, places: readonly number[]): void {
    this.#frame = other.#frame
    this.#turn = other.#turn
    this.#isUsed = [...other.#isUsed]
    Object.assign(this.counts, other.counts)
    const from = other.#columns()
    for (const [index, column] of this.#columns().entries()) remapColumn(column, from[index] as Float64Array, places)
  }

  save(into: StateWriter): void {
    for (const value of [this.#frame, this.#turn, Number(this.#isUsed[0]), Number(this.#isUsed[1]), this.counts.late, this.counts.bad, this.counts.ahead]) into.number(value)
    for (const column of this.#columns()) into.numbers(column)
  }

  restore(from: StateReader): void {
    this.#frame = from.number()
    this.#turn = from.number() === 1 ? 1 : 0
    this.#isUsed = [from.number() === 1, from.number() === 1]
    Object.assign(this.counts, { late: from.number(), bad: from.number(), ahead: from.number() })
    for (const column of this.#columns()) column.set(from.numbers(this.size))
  }

  #columns(): readonly Float64Array[] {
    return [this.values, this.reach, this.#held, this.#heldUs, ...this.#open, ...this.#openUs, ...this.#spans.flatMap(({ low, high, sum, count, same }) => [low, high, sum, count, same])]
  }
}

function newSpan(size: number): Span {
  return { low: new Float64Array(size), high: new Float64Array(size), sum: new Float64Array(size), count: new Float64Array(size), same: new Float64Array(size) }
}

function widen({ low, high, sum, count }: Span, index: number, value: number): void {
  const before = count[index] as number
  count[index] = before + 1
  if (before === 0) {
    low[index] = high[index] = sum[index] = value
    return
  }
  if (value < (low[index] as number)) low[index] = value
  else if (value > (high[index] as number)) high[index] = value
  sum[index] = (sum[index] as number) + value
}

/** Empties the span of a signal and answers its reach: the larger one, up or down, against the mean of the other samples. */
function reachOf({ low, high, sum, count }: Span, index: number): number {
  const samples = count[index] as number
  count[index] = 0
  if (samples < LEAST_SAMPLES) return Number.NaN
  const [lowest, highest, total] = [low[index] as number, high[index] as number, sum[index] as number]
  const up = highest - (total - highest) / (samples - 1)
  const down = lowest - (total - lowest) / (samples - 1)
  return up >= -down ? up : down
}
