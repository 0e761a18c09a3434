/** What a {@link WanderChart} knows of one signal: a level that may wander, and noise around it (the local level model, Harvey 1989). Units are the signal's own. */
export interface WanderFit {
  /** Variance of a value around its level; 0 for a signal that stood still (or moved in steps only), which is not judged. */
  readonly noise: number
  /** Variance by which the level changes from a row to the next; 0 for a signal that has a fixed level. */
  readonly wander: number
  /** The level after the last learned row, and the variance of not knowing it. */
  readonly level: number
  readonly unsure: number
  /** Mean square of the smoothed deviation from the level while it was learned. */
  readonly usual: number
}

/** Blocks that the learned rows are cut into, and how much more than noise their means must differ before a level counts as wandering. */
const [BLOCKS, CLEARLY] = [10, 2]

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
  let [smoothed, squares, counted] = [0, 0, 0]
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
    counted++
  }
  return { noise, wander, level, unsure, usual: counted === 0 ? noise : squares / counted }
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
  const wander = Math.max(0, between - (CLEARLY * 2 * noise) / block) * (3 / (2 * block))
  return { noise, wander: noise === 0 ? 0 : wander }
}
