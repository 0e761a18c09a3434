/** How well a forecast met what came. */
export interface ForecastScore {
  readonly mse: number
  readonly mae: number
}

/** Mean squared and mean absolute error; pairs in which either side is no number are left out. */
export function scoreForecast(predicted: ArrayLike<number>, truth: ArrayLike<number>): ForecastScore {
  let [squares, sizes, count] = [0, 0, 0]
  for (let index = 0; index < truth.length; index++) {
    const error = (predicted[index] as number) - (truth[index] as number)
    if (!Number.isFinite(error)) continue
    squares += error * error
    sizes += Math.abs(error)
    count++
  }
  return { mse: squares / Math.max(1, count), mae: sizes / Math.max(1, count) }
}

/**
 * Continuous ranked probability score of a forecast given as quantiles: twice the mean pinball loss over the levels
 * (Gneiting and Raftery 2007, "Strictly proper scoring rules"; the integral as a sum). `quantiles[l][i]` is level `l` of row `i`.
 */
export function scoreQuantiles(quantiles: readonly ArrayLike<number>[], levels: readonly number[], truth: ArrayLike<number>): number {
  let sum = 0
  for (const [at, level] of levels.entries()) {
    for (let index = 0; index < truth.length; index++) {
      const error = (truth[index] as number) - ((quantiles[at] as ArrayLike<number>)[index] as number)
      sum += error >= 0 ? level * error : (level - 1) * error
    }
  }
  return (2 * sum) / Math.max(1, levels.length * truth.length)
}

/** Part of the truths inside of their intervals. */
export function coverageOf(low: ArrayLike<number>, high: ArrayLike<number>, truth: ArrayLike<number>): number {
  let inside = 0
  for (let index = 0; index < truth.length; index++) if ((truth[index] as number) >= (low[index] as number) && (truth[index] as number) <= (high[index] as number)) inside++
  return inside / Math.max(1, truth.length)
}
