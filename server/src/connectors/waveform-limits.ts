/** Longest waveform that is taken, in points: forty seconds at 25.6 kHz, four megabytes. */
export const MAX_WAVEFORM_POINTS = 1_048_576
/** Highest sampling rate that is taken, Hz. */
export const MAX_RATE_HZ = 1e9

/** What is wrong with a waveform's rate or length, as a sentence; undefined when nothing is. */
export function waveformProblem(rateHz: number, points: number): string | undefined {
  if (!(rateHz > 0 && rateHz <= MAX_RATE_HZ)) return `the sampling rate of a waveform is more than 0 and at most ${MAX_RATE_HZ} Hz, not ${rateHz}`
  if (points === 0) return 'the waveform has no points'
  return points > MAX_WAVEFORM_POINTS ? `a waveform has at most ${MAX_WAVEFORM_POINTS} points, not ${points}; send it in pieces` : undefined
}
