import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { WatchPick } from './watch-pick.ts'

/** Frames from which a value that stands still is told (a day), and from which a state that does not end is (eight). */
const [STILL_FRAMES, STAY_FRAMES] = [1_440, 8 * 1_440]
/** Samples a minute from which single ones can stick out. */
const MANY_SAMPLES = 4

/** What is known of an asset's signals when its picks are told. */
export interface SignalKinds {
  readonly frames: number
  readonly judged: readonly SeriesId[]
  readonly counters: readonly SeriesId[]
  readonly unvaried: readonly SeriesId[]
  readonly leftOut: readonly SeriesId[]
  readonly states: readonly SeriesId[]
  /** Most signals of an asset that are watched. */
  readonly most: number
  /** Samples a minute that a signal usually has. */
  samplesPerMinute(series: SeriesId): number
}

/** What looks at every asset from its first day on, and which signals nothing looks at. */
export function usualPicks({ frames, judged, counters, unvaried, leftOut, states, most, samplesPerMinute }: SignalKinds): WatchPick[] {
  const picks: WatchPick[] = []
  const add = (detector: WatchPick['detector'], signals: readonly SeriesId[], isOn: boolean, reason: WatchPick['reason'], values: WatchPick['values'] = {}) => {
    if (signals.length > 0) picks.push({ detector, signals, isOn, reason, values })
  }
  const often = judged.filter((series) => samplesPerMinute(series) >= MANY_SAMPLES)
  add('apart', judged, true, judged.length > 1 ? 'moveTogether' : 'alone', { signals: judged.length })
  add('level', judged, true, 'hourOfDay')
  add('spikes', often, true, 'manySamples', { least: MANY_SAMPLES })
  add('spikes', judged.filter((series) => !often.includes(series)), false, 'fewSamples', { least: MANY_SAMPLES })
  // Standing still is judged against the others that move on.
  if (judged.length > 1) add('frozen', judged, frames >= STILL_FRAMES, frames >= STILL_FRAMES ? 'lively' : 'youngStill', { hours: STILL_FRAMES / 60 })
  add('stays', states, frames > STAY_FRAMES, frames > STAY_FRAMES ? 'longStays' : 'youngStays', { days: STAY_FRAMES / 1_440 })
  add(null, counters, false, 'counter')
  add(null, unvaried, false, judged.length === 0 && frames < STILL_FRAMES ? 'tooFewSamples' : 'unvaried', { least: 8 })
  add(null, leftOut, false, 'beyondLimit', { most })
  return picks
}
