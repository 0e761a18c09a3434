import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { HOLD_US } from '../runtime/asset-frames.ts'
import { AssetWatch, SETTLE_FRAMES } from '../runtime/asset-watch.ts'
import type { BandSteps } from './band-steps.ts'
import { isRangeBelieved, type DeclaredRange } from './possible-band.ts'

/** Usual spreads between what is expected and an end of its band; an anomaly shows the same. */
const WIDTH = 3

const UNBOUNDED: DeclaredRange = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }

/** The past of an asset, to be held against what its champion knows now. */
export interface BandTask extends BandSteps {
  /** The champion's state. */
  readonly state: Uint8Array
  /** Moments before the first step, in which regimes settle. */
  readonly lead: number
  /** Of each signal that is watched together, the newest value of each moment; NaN where there was none since the moment before. */
  readonly numbers: readonly Float64Array[]
  /** Changes of the states that make operating regimes, in time order; what held before the first moment has a time before it. */
  readonly states: readonly { readonly index: number; readonly timesUs: Float64Array; readonly values: readonly string[] }[]
  /** Places of the signals whose band is wanted. */
  readonly wanted: readonly number[]
  /** What these signals are declared to be at lowest and at highest, in the same order. */
  readonly ranges: readonly DeclaredRange[]
}

export interface Band {
  readonly low: Float64Array
  readonly high: Float64Array
}

/** Bands of the wanted signals, one element a step; NaN where nothing judged. */
export interface BandResult {
  readonly bands: readonly { readonly apart: Band; readonly level: Band }[]
}

/**
 * Judges each moment of the past by what the champion knows now and learns nothing from it: what the other signals let expect (conditional mean and spread of a normal
 * distribution, as {@link AssetWatch} has them), and the signal's own level. Of a step the lowest and the highest end stay, so that no excursion of the band is lost.
 */
export function judgeBands({ state, firstUs, pitchUs, moments, steps, lead, numbers, states, wanted, ranges }: BandTask): BandResult {
  const watch = AssetWatch.restore(state)
  watch.frames.restart()
  for (const { index, timesUs, values } of states) for (let at = 0; at < timesUs.length; at++) watch.regimes.add(index, timesUs[at] as number, values[at] as string)
  const bands = wanted.map(() => ({ apart: emptyBand(steps), level: emptyBand(steps) }))
  const { values } = watch.frames
  const held = new Float64Array(values.length).fill(Number.NaN)
  const age = new Float64Array(values.length)
  const z = new Float64Array(values.length)
  const settled = Math.max(1, Math.ceil((SETTLE_FRAMES * US_PER_MINUTE) / pitchUs))
  const beginUs = firstUs - (moments - 1 + lead) * pitchUs
  for (let moment = 0; moment < lead + steps * moments; moment++) {
    for (const [signal, column] of numbers.entries()) {
      const value = column[moment] as number
      if (Number.isNaN(value)) age[signal] = (age[signal] as number) + pitchUs
      else [held[signal], age[signal]] = [value, 0]
      values[signal] = (age[signal] as number) < HOLD_US ? (held[signal] as number) : Number.NaN
    }
    const judge = watch.judgeOf(beginUs + moment * pitchUs, settled)
    if (judge === undefined || moment < lead || values.every(Number.isNaN)) continue
    const step = Math.floor((moment - lead) / moments)
    judge.model.standardise(values, z)
    for (const [place, signal] of wanted.entries()) {
      if (!judge.uses(signal)) continue
      const measured = { value: values[signal] as number, range: ranges[place] ?? UNBOUNDED }
      widen(bands[place]?.apart, step, judge.model.expected(z, signal), measured)
      widen(bands[place]?.level, step, judge.model.usual(signal), measured)
    }
  }
  return { bands }
}

function emptyBand(steps: number): Band {
  return { low: new Float64Array(steps).fill(Number.NaN), high: new Float64Array(steps).fill(Number.NaN) }
}

interface Measured {
  readonly value: number
  readonly range: DeclaredRange
}

function widen(band: Band | undefined, step: number, { value, spread }: { readonly value: number; readonly spread: number }, measured: Measured): void {
  if (band === undefined) return
  let [low, high] = [value - WIDTH * spread, value + WIDTH * spread]
  const { range } = measured
  if (isRangeBelieved(range, low, high, measured.value)) [low, high] = [Math.min(range.high, Math.max(range.low, low)), Math.min(range.high, Math.max(range.low, high))]
  // Written so that a first value takes the place of NaN.
  if (!((band.low[step] as number) <= low)) band.low[step] = low
  if (!((band.high[step] as number) >= high)) band.high[step] = high
}
