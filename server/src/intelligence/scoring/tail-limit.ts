/**
 * A limit for a score that is exceeded about as often as allowed, learned in one pass: peaks over a threshold with a Pareto tail (Siffer et al., "Anomaly detection in
 * streams with extreme value theory", KDD 2017; the tail's index by Hill 1975, kept as a running mean). Six numbers of a state array from `at`.
 */
export const TAIL_FIELDS = 6

const [THRESHOLD, TAIL, PEAKS, OPEN, GAP, ROWS] = [0, 1, 2, 3, 4, 5] as const

/** Part of the rows above the threshold, and rows below it that part two peaks. */
const [ABOVE, PARTING] = [0.02, 20]
/** A peak of more rows than this is no peak but another level of scores, to which the threshold goes. */
const NEW_LEVEL = 4320

/** Slowest change of the threshold and of the tail; memory of the tail in peaks and of rates in rows. */
const [SLOWEST, PEAK_MEMORY, ROW_MEMORY] = [0.0002, 300, 200_000]

/** Rows in which the threshold is sought, the part of a score that it goes up to, and the least one. */
const [BEGINNING, NEAR, LEAST] = [600, 0.9, 0.01]

/** Least tail index: what seems bounded after some peaks may still go a little higher. */
const LIGHTEST = 0.1

/** Highest factor by which a limit may stand above the threshold: a longer extrapolation would be guessing. */
const LONGEST_REACH = 20

/** Whether enough rows were seen for a limit to mean something. */
export function isSettled(state: Float64Array | Float32Array, at: number): boolean {
  return (state[at + ROWS] as number) > BEGINNING
}

/** Learns from the score of a normal row. */
export function learnTail(state: Float64Array | Float32Array, at: number, score: number): void {
  const rows = (state[at + ROWS] = (state[at + ROWS] as number) + 1)
  if (rows <= BEGINNING) {
    // At first it goes up to what comes, by a quarter a row at most so that one outlier among the first does not set it.
    const reached = Math.max(state[at + THRESHOLD] as number, LEAST)
    state[at + THRESHOLD] = Math.max(reached, Math.min(score * NEAR, reached * 1.25))
    return
  }
  const threshold = state[at + THRESHOLD] as number
  const pace = Math.max(SLOWEST, 1 / (1 + rows / 20))
  const above = score > threshold
  const gap = state[at + GAP] as number
  const open = state[at + OPEN] as number
  // One long peak raises the threshold by its first rows only: a drift shall not become usual by lasting.
  if (!above || gap > -PARTING || gap < -NEW_LEVEL) state[at + THRESHOLD] = Math.max(LEAST, threshold * (1 + pace * (above ? 1 - ABOVE : -ABOVE)))
  if (above) {
    state[at + OPEN] = Math.max(open, score / threshold)
    state[at + GAP] = Math.min(gap, 0) - 1
  } else if (open > 0) {
    state[at + GAP] = Math.max(gap, 0) + 1
    if (gap >= PARTING) closePeak(state, at, open)
  }
  if (rows < ROW_MEMORY) return
  state[at + ROWS] = rows / 2
  state[at + PEAKS] = (state[at + PEAKS] as number) / 2
}

function closePeak(state: Float64Array | Float32Array, at: number, height: number): void {
  const peaks = (state[at + PEAKS] = (state[at + PEAKS] as number) + 1)
  const tail = state[at + TAIL] as number
  state[at + TAIL] = tail + (Math.log(height) - tail) / Math.min(peaks, PEAK_MEMORY)
  state[at + OPEN] = 0
  state[at + GAP] = 0
}

/** The score that normal rows exceed `allowed` times a row, as one alarm for each peak. */
export function tailLimit(state: Float64Array | Float32Array, at: number, allowed: number): number {
  const threshold = state[at + THRESHOLD] as number
  const rate = ((state[at + PEAKS] as number) + 1) / ((state[at + ROWS] as number) + 1)
  if (rate <= allowed) return threshold
  return threshold * Math.min(LONGEST_REACH, (rate / allowed) ** Math.max(LIGHTEST, state[at + TAIL] as number))
}

/** How often a normal row begins an episode that goes as high as `score`: the inverse of {@link tailLimit}; below the threshold an interpolation to 1. */
export function tailRarity(state: Float64Array | Float32Array, at: number, score: number): number {
  const threshold = state[at + THRESHOLD] as number
  const rate = ((state[at + PEAKS] as number) + 1) / ((state[at + ROWS] as number) + 1)
  if (!(score > 0) || threshold === 0) return 1
  if (score <= threshold) return rate ** (score / threshold)
  return rate * (score / threshold) ** (-1 / Math.max(LIGHTEST, state[at + TAIL] as number))
}
