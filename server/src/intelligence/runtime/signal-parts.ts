import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import type { AssetFrames } from './asset-frames.ts'
import type { WatchShape } from './asset-watch.ts'
import type { FrameModel } from './frame-model.ts'
import type { Findings } from './routed/routed-watch.ts'
import type { SignalCharts } from './signal-charts.ts'
import type { LongStay } from './state-dwell.ts'

/** Signals with less than this part of an anomaly are not named. */
const LEAST_SHARE = 0.01

/**
 * Why a signal is part of an anomaly: apart from what the others let expect, away from its own level, single samples that jump, a sensor that repeats one value, a state that does not end;
 * samples at another rate or none any more (value and expected are then seconds between two), a course like none before, values in an order never seen, a batch outside of its recipe's course.
 */
export const PART_REASONS = ['apart', 'level', 'spikes', 'frozen', 'stays', 'pace', 'silent', 'shape', 'pattern', 'batch'] as const
export type PartReason = (typeof PART_REASONS)[number]

/** A signal's part in an anomaly. */
export interface SignalPart {
  readonly series: SeriesId
  /** 0 to 1; all parts of an anomaly together are 1. */
  readonly share: number
  /** Of a state that does not end: minutes that it has lasted. */
  readonly value: number
  /** What it should be, and the half width of the band in which it normally is. Of a state: the longest stay that was usual, in minutes. */
  readonly expected: number
  readonly band: number
  /** When it left its band; undefined while it is inside. */
  readonly movedUs: number | undefined
  /** {@link PartReason}; from other models than this one there may be none. */
  readonly reason?: PartReason
  /** Of a state that does not end: its value. Of a batch: its recipe or phase. */
  readonly state?: string
  /** Of a batch: how far it was, 0 to 1. */
  readonly progress?: number
}

/** The frame that was judged, and what each signal is judged by. */
export interface JudgedFrame {
  readonly shape: WatchShape
  readonly model: FrameModel
  readonly charts: SignalCharts
  readonly frames: AssetFrames
  /** Standardised values. */
  readonly z: Float64Array
  /** Highest score over its limit of each signal. */
  readonly ratios: Float64Array
  /** When each signal left its band; NaN while inside. */
  readonly movedUs: Float64Array
}

/** What was found beside the charts: a signal that stands still (−1 for none), a state that does not end, and what routed detectors say. */
export interface Found {
  readonly frozen: number
  readonly stay: LongStay | undefined
  readonly further: Findings
  readonly endUs: number
}

/** The signals of an anomaly by their part in it, the most telling first; what is certain is named before all others. */
export function signalParts({ shape, model, charts, frames, z, ratios, movedUs: moved }: JudgedFrame, { frozen, stay, further, endUs }: Found): SignalPart[] {
  const weights = Float64Array.from(ratios, (ratio) => ratio ** 4)
  const rest = weights.reduce((total, weight) => total + weight, 0)
  for (const signal of [frozen, ...further.of.flatMap((one) => (one.isCertain ? one.signal : []))]) if (signal >= 0) weights[signal] = (weights[signal] as number) + rest + 1
  const staying = stay === undefined ? 0 : rest + 1
  const sum = weights.reduce((total, weight) => total + weight, staying)
  const parts: SignalPart[] = []
  if (stay !== undefined) {
    const { signal, value: state, frames: minutes, usual } = stay
    parts.push({ series: shape.states[signal] as number, share: staying / sum, value: minutes, expected: usual, band: 0, movedUs: endUs - minutes * US_PER_MINUTE, reason: 'stays', state })
  }
  for (const [signal, weight] of weights.entries()) {
    if (weight < LEAST_SHARE * sum) continue
    const [series, share] = [shape.signals[signal] as number, weight / sum]
    const found = signal === frozen ? undefined : further.of.find((one) => one.signal === signal && one.score >= (ratios[signal] as number))
    if (found !== undefined) {
      const { signal: _place, score: _score, isCertain: _certain, sinceUs, ...told } = found
      parts.push({ ...told, series, share, movedUs: sinceUs })
      continue
    }
    const movedUs = moved[signal] as number
    const reason = signal === frozen ? 'frozen' : charts.kindOf(signal)
    // A level that has moved is shown against itself: the others that moved along would let expect it.
    const { value: expected, spread } = reason === 'level' ? model.usual(signal) : model.expected(z, signal)
    const value = frames.values[signal] as number
    const shown = reason === 'spikes' ? value + (frames.reach[signal] as number) : value
    parts.push({ series, share, value: shown, expected, band: 3 * spread, movedUs: Number.isNaN(movedUs) ? undefined : movedUs, reason })
  }
  return parts.sort((a, b) => b.share - a.share)
}
