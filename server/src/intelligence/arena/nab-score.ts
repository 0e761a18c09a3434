/**
 * The scoring of the Numenta Anomaly Benchmark (Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms", ICMLA 2015, arXiv 1510.03336).
 * Its threshold is found on the labels over the whole corpus, so the score ranks detectors and is no operating point.
 */

/** Weights of hits, false alarms and misses. */
export interface NabProfile {
  readonly name: string
  readonly falseAlarm: number
  readonly miss: number
}

/** The three profiles of the benchmark; a hit weighs 1 in each. */
export const NAB_PROFILES: readonly NabProfile[] = [
  { name: 'standard', falseAlarm: 0.11, miss: 1 },
  { name: 'low false alarms', falseAlarm: 0.22, miss: 1 },
  { name: 'low misses', falseAlarm: 0.11, miss: 2 },
]

/** One scored series: windows are row indexes with both ends inside. */
export interface NabCase {
  readonly scores: Float64Array
  readonly windows: readonly (readonly [number, number])[]
}

export interface NabScore {
  /** 100 is perfect, 0 is a detector that says nothing. */
  readonly score: number
  /** Rows that score at least this are detections. */
  readonly threshold: number
  readonly missed: number
  readonly windows: number
}

/** Rows at the beginning that are not scored. */
export function probationOf(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), 0.15 * 5000)
}

function sigmoidAt(position: number): number {
  return position >= 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1
}

/** What a detection in each row would bring: up to 1 inside of a window, down to minus the false alarm's weight outside. */
export function nabRowScores(rows: number, windows: NabCase['windows'], profile: NabProfile): Float64Array {
  const scores = new Float64Array(rows)
  const best = sigmoidAt(-1)
  let previous: readonly [number, number] | undefined
  let next = 0
  for (let row = 0; row < rows; row++) {
    const window = windows[next]
    if (window !== undefined && row >= window[0] && row <= window[1]) {
      scores[row] = sigmoidAt(-(window[1] - row + 1) / (window[1] - window[0] + 1)) / best
      if (row === window[1]) [previous, next] = [window, next + 1]
    } else {
      const past = previous === undefined ? 3 : (row - previous[1]) / (previous[1] - previous[0])
      scores[row] = sigmoidAt(past) * profile.falseAlarm
    }
  }
  return scores
}

interface Point {
  readonly score: number
  readonly gain: number
  /** Index of the window over all cases, −1 outside. */
  readonly window: number
}

/** The score of a detector over a corpus at the threshold that serves it best, or at a given one. */
export function scoreNab(cases: readonly NabCase[], profile: NabProfile, threshold?: number): NabScore {
  const points: Point[] = []
  let windowCount = 0
  let scorable = 0
  for (const { scores, windows } of cases) {
    const gains = nabRowScores(scores.length, windows, profile)
    const probation = probationOf(scores.length)
    for (let row = Math.ceil(probation); row < scores.length; row++) {
      const inside = windows.findIndex(([from, to]) => row >= from && row <= to)
      points.push({ score: scores[row] as number, gain: gains[row] as number, window: inside < 0 ? -1 : windowCount + inside })
    }
    scorable += windows.filter(([, to]) => to >= probation).length
    windowCount += windows.length
  }
  points.sort((a, b) => b.score - a.score)
  const bestOf = new Float64Array(windowCount).fill(-profile.miss)
  let [falseAlarms, hits, missed] = [0, -profile.miss * scorable, scorable]
  let best = { raw: hits, threshold: Number.POSITIVE_INFINITY, missed }
  for (let at = 0; at < points.length; at++) {
    const { score, gain, window } = points[at] as Point
    if (threshold !== undefined && score < threshold) break
    if (window < 0) falseAlarms += gain
    else if (gain > (bestOf[window] as number)) {
      if (bestOf[window] === -profile.miss) missed--
      hits += gain - (bestOf[window] as number)
      bestOf[window] = gain
    }
    const last = points[at + 1]?.score !== score
    if (threshold !== undefined ? last : last && falseAlarms + hits > best.raw) best = { raw: falseAlarms + hits, threshold: score, missed }
  }
  const [floor, perfect] = [-profile.miss * windowCount, windowCount]
  return { score: (100 * (best.raw - floor)) / (perfect - floor), threshold: best.threshold, missed: best.missed, windows: windowCount }
}
