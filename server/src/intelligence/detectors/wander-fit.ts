/** What a {@link WanderChart} knows of one signal: a level that may wander, and noise around it (the local level model, Harvey 1989). Units are the signal's own. */
export interface WanderFit {
  /** Variance of a value around its level; 0 for a signal that stood still (or moved in steps only), which is not judged. */
  readonly noise: number
  /** Variance by which the level changes from a row to the next; 0 for a signal that has a fixed level. */
  readonly wander: number
  /** The level after the last learned row, and the variance of not knowing it. */
  readonly level: number
  readonly unsure: number
  /** Mean square of the smoothed deviation from the level while it was learned, or what its largest one tells of it where that is more: noise that comes in bursts has a longer tail. */
  readonly usual: number
}

/** Blocks that the learned rows are cut into. */
const BLOCKS = 10

/** Fewest deviations that count as independent. */
const FEWEST_APART = 8

/** A standard deviation below this part of the level is rounding. */
const STILL = 1e-9

/** Fewest rows to learn from: two for each block. */
export const LEAST_WANDER_ROWS = BLOCKS * 2

/**
 * Learns a signal's noise and wandering from its first rows by the variance of differences of block means (Allan, Proc. IEEE 54, 1966): of white noise it is 2·noise/block,
 * and a level that walks at random adds 2/3·block·wander to it.
 */
export function fitWander(values: Float64Array, smoothing: number): WanderFit {
  const { noise, wander } = variancesOf(values)
  let [mean, level, unsure] = [0, values[0] as number, noise]
  for (const value of values) mean += value / values.length
  if (wander === 0) [level, unsure] = [mean, noise / values.length]
  const settled = Math.ceil(3 / smoothing)
  let [smoothed, squares, largest, counted] = [0, 0, 0, 0]
  for (let row = 1; row < values.length; row++) {
    smoothed += smoothing * ((values[row] as number) - level - smoothed)
    if (wander > 0) {
      unsure += wander
      const gain = unsure / (unsure + noise)
      level += gain * ((values[row] as number) - level)
      unsure *= 1 - gain
    }
    if (row <= settled) continue
    squares += smoothed * smoothed
    largest = Math.max(largest, Math.abs(smoothed))
    counted++
  }
  // Smoothed values are independent about 2/smoothing rows apart; the largest of m normal ones is about √(2·ln m) deviations.
  const apart = Math.max(FEWEST_APART, (values.length * smoothing) / 2)
  return { noise, wander, level, unsure, usual: counted === 0 ? noise : Math.max(squares / counted, largest ** 2 / (2 * Math.log(apart))) }
}

function variancesOf(values: Float64Array): { readonly noise: number; readonly wander: number } {
  const block = Math.floor(values.length / BLOCKS)
  const from = values.length - BLOCKS * block
  const means = new Float64Array(BLOCKS)
  let [within, highest] = [0, 0]
  for (let at = 0; at < BLOCKS; at++) {
    const part = values.subarray(from + at * block, from + (at + 1) * block)
    let mean = 0
    for (const value of part) mean += value / block
    for (const value of part) within += (value - mean) ** 2
    means[at] = mean
    highest = Math.max(highest, Math.abs(mean))
  }
  const variance = within / (BLOCKS * (block - 1))
  const noise = variance > (STILL * highest) ** 2 ? variance : 0
  let between = 0
  for (let at = 1; at < BLOCKS; at++) between += ((means[at] as number) - (means[at - 1] as number)) ** 2 / (BLOCKS - 1)
  const wander = Math.max(0, between - (2 * noise) / block) * (3 / (2 * block))
  return { noise, wander: noise === 0 ? 0 : wander }
}
