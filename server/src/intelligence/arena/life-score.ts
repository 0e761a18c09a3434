/** How well remaining lives were told, in cycles. */
export interface LifeScore {
  readonly rmse: number
  /** Sum of exp(−d/13)−1 for early and exp(d/10)−1 for late answers: late ones cost more (Saxena et al., PHM 2008). */
  readonly score: number
}

/** C-MAPSS scores of predictions against truth; `cap` limits the truth too, as part of the literature does: always tell both. */
export function scoreLives(predicted: ArrayLike<number>, truth: ArrayLike<number>, cap = Number.POSITIVE_INFINITY): LifeScore {
  let [squares, score] = [0, 0]
  for (let index = 0; index < truth.length; index++) {
    const late = (predicted[index] as number) - Math.min(truth[index] as number, cap)
    squares += late * late
    score += Math.exp(late < 0 ? -late / 13 : late / 10) - 1
  }
  return { rmse: Math.sqrt(squares / Math.max(1, truth.length)), score }
}
