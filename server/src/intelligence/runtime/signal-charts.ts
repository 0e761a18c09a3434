import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { isSettled, learnTail, TAIL_FIELDS, tailLimit } from '../scoring/tail-limit.ts'
import { remapColumn } from './remap.ts'

/** What a chart looks at: how far a signal is from what the others make of it, how far from its own level, or how far single samples stick out of their frame. */
export type ChartKind = 'apart' | 'level' | 'spikes'

/** The charts of a signal: what of, and the weight of the newest frame in the moving average that is judged. */
const CHARTS: readonly { readonly of: ChartKind; readonly weight: number }[] = [
  { of: 'apart', weight: 1 },
  { of: 'apart', weight: 0.15 },
  { of: 'apart', weight: 0.02 },
  { of: 'level', weight: 0.02 },
  { of: 'spikes', weight: 1 },
]
/** The chart whose average tells by how much the level has moved when a change is accepted. */
const LEVEL = CHARTS.findIndex(({ of }) => of === 'level')
/** Averages that are quicker than this begin anew when the operating state changes. */
const QUICK = 0.05
/** Deviations are cut here before they are averaged: one wild frame shall not ring for an hour (Huber 1964). */
const CUT = 10
/** A chart's limit is what normal frames pass in one episode of so many frames: two weeks. */
const RARE = 1 / 20_160
/** No limit is lower than this many spreads: what is smaller does not matter, however regular the rest is. */
const LEAST: readonly number[] = [6, 2, 1, 1, 3]
/** What is learned of limits is cut at this many limits, so that a fault which nobody sees does not become usual by its height. */
const LEARNED_UP_TO = 1.5
/** Where people said that nothing was wrong, a signal may go so many times as far as it went then. Up to the second number: nothing is allowed for ever. */
const [ALLOWANCE, MOST_ALLOWED] = [1.25, 50]
/** A chart has its average and a tail for each direction: a factory that rests on Sundays has low levels then, and a leak still shows as a high one. */
const [UP, DOWN, PER_CHART] = [1, 1 + TAIL_FIELDS, 1 + 2 * TAIL_FIELDS]
const HOURS = CHARTS.length * PER_CHART
const FIELDS = HOURS + 24
/** How much of a frame goes into what its hour of the day usually adds to the level: about a week's frames of that hour are remembered. */
const [HOURLY, HOUR_CUT] = [0.003, 3]

/** A frame of an asset in spreads of its signals. */
export interface FrameDeviations {
  /** From what the others let expect. */
  readonly apart: Float64Array
  /** From the own level. */
  readonly level: Float64Array
  /** Of the sample that sticks out most; NaN where there are too few. */
  readonly spikes: Float64Array
  /** Hour of the day, UTC. */
  readonly hour: number
}

/**
 * Charts of all signals of an asset, each signal for itself: regression-adjusted Shewhart and EWMA charts (Hawkins 1993, Journal of Quality Technology 25; Roberts 1959),
 * an EWMA of the level, and one for single samples that stick out. Limits are learned for each chart and direction as peaks over a threshold. 260 bytes a signal.
 */
export class SignalCharts {
  readonly size: number
  /** The highest score over its limit of each signal, after {@link step}; above 1 is rare. */
  readonly ratios: Float64Array
  readonly #state: Float32Array
  readonly #kinds: Uint8Array
  /** How far people allowed each signal to go, in its limits. */
  readonly #allowed: Float64Array
  /** Charts that could judge in the last frame. */
  #settled = 0

  constructor(size: number) {
    this.size = size
    this.ratios = new Float64Array(size)
    this.#state = new Float32Array(size * FIELDS)
    this.#kinds = new Uint8Array(size)
    this.#allowed = new Float64Array(size).fill(1)
  }

  /** Which chart gave a signal's ratio. */
  kindOf(signal: number): ChartKind {
    return CHARTS[this.#kinds[signal] as number]?.of ?? 'apart'
  }

  /** The slow average of a signal's level, in its spreads. */
  levelOf(signal: number): number {
    return this.#state[signal * FIELDS + LEVEL * PER_CHART] as number
  }

  /** Takes a frame. Answers the highest ratio; NaN while no limit is learned. */
  step({ apart, level, spikes, hour }: FrameDeviations, uses: (signal: number) => boolean): number {
    let worst = 0
    this.#settled = 0
    for (let signal = 0; signal < this.size; signal++) {
      let [highest, kind] = [0, 0]
      if (uses(signal)) {
        for (let chart = 0; chart < CHARTS.length; chart++) {
          const { of, weight } = CHARTS[chart] as (typeof CHARTS)[number]
          const value = of === 'apart' ? apart[signal] : of === 'spikes' ? spikes[signal] : (level[signal] as number) - (this.#state[signal * FIELDS + HOURS + hour] as number)
          const ratio = this.#judge(signal, chart, value as number, weight)
          if (ratio > highest) [highest, kind] = [ratio, chart]
        }
      }
      const ratio = highest / (this.#allowed[signal] as number)
      this.ratios[signal] = ratio
      this.#kinds[signal] = kind
      if (ratio > worst) worst = ratio
    }
    return this.#settled === 0 ? Number.NaN : worst
  }

  #judge(signal: number, chart: number, value: number, weight: number): number {
    const at = signal * FIELDS + chart * PER_CHART
    if (Number.isNaN(value)) return 0
    const cut = weight === 1 ? value : Math.max(-CUT, Math.min(CUT, value))
    const before = this.#state[at] as number
    const average = (this.#state[at] = before + weight * (cut - before))
    const tail = at + (average >= 0 ? UP : DOWN)
    if (!isSettled(this.#state, tail)) return 0
    this.#settled++
    return Math.abs(average) / this.#limit(tail, chart)
  }

  #limit(tail: number, chart: number): number {
    return Math.max(LEAST[chart] as number, tailLimit(this.#state, tail, RARE))
  }

  /** Learns limits from the frame that was judged last. */
  learnLimits({ spikes }: FrameDeviations, uses: (signal: number) => boolean): void {
    for (let signal = 0; signal < this.size; signal++) {
      if (!uses(signal)) continue
      for (let chart = 0; chart < CHARTS.length; chart++) {
        if (CHARTS[chart]?.of === 'spikes' && Number.isNaN(spikes[signal])) continue
        const at = signal * FIELDS + chart * PER_CHART
        const average = this.#state[at] as number
        this.#learnTail(at + UP, chart, average)
        this.#learnTail(at + DOWN, chart, -average)
      }
    }
  }

  #learnTail(tail: number, chart: number, score: number): void {
    learnTail(this.#state, tail, score <= 0 ? 0 : Math.min(score, LEARNED_UP_TO * this.#limit(tail, chart)))
  }

  /** Somebody said that nothing was wrong in the frame that was judged last: from now on signals may go that far. */
  allow(): void {
    for (let signal = 0; signal < this.size; signal++) {
      const [ratio, allowed] = [this.ratios[signal] as number, this.#allowed[signal] as number]
      if (ratio * ALLOWANCE > 1) this.#allowed[signal] = Math.min(MOST_ALLOWED, ratio * ALLOWANCE * allowed)
    }
  }

  /** Learns what the hour of the day adds to the levels, from a frame that counts as normal. */
  learnHour({ level, hour }: FrameDeviations, uses: (signal: number) => boolean): void {
    for (let signal = 0; signal < this.size; signal++) {
      if (!uses(signal)) continue
      const usual = signal * FIELDS + HOURS + hour
      this.#state[usual] = (this.#state[usual] as number) + HOURLY * (Math.max(-HOUR_CUT, Math.min(HOUR_CUT, level[signal] as number)) - (this.#state[usual] as number))
    }
  }

  /** The operating state changed: quick averages begin anew. */
  enter(): void {
    this.#clear((weight) => weight > QUICK)
  }

  /** What is now counts as normal: all averages begin anew, limits stay. */
  rebase(): void {
    this.#clear(() => true)
  }

  #clear(which: (weight: number) => boolean): void {
    for (let signal = 0; signal < this.size; signal++) {
      for (const [chart, { weight }] of CHARTS.entries()) if (which(weight)) this.#state[signal * FIELDS + chart * PER_CHART] = 0
    }
  }

  /** Takes over the limits of charts of the same signals; averages stay. */
  takeLimits(other: SignalCharts): void {
    for (let signal = 0; signal < this.size; signal++) {
      for (let chart = 0; chart < CHARTS.length; chart++) {
        const at = signal * FIELDS + chart * PER_CHART
        this.#state.set(other.#state.subarray(at + UP, at + PER_CHART), at + UP)
      }
    }
  }

  /** Becomes as charts of the same signals are. */
  copyFrom(other: SignalCharts): void {
    this.#state.set(other.#state)
    this.#allowed.set(other.#allowed)
  }

  /** Takes over what is known of signals whose places have changed; `places` as in {@link remapColumn}. */
  takeOver(other: SignalCharts, places: readonly number[]): void {
    remapColumn(this.#state, other.#state, places, FIELDS)
    remapColumn(this.#allowed, other.#allowed, places)
  }

  save(into: StateWriter): void {
    into.shorts(this.#state)
    into.numbers(this.#allowed)
  }

  restore(from: StateReader): void {
    this.#state.set(from.shorts(this.#state.length))
    this.#allowed.set(from.numbers(this.size))
  }
}
