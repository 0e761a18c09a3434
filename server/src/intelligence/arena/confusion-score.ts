/** Rows judged right and wrong against labels. */
export interface ConfusionScore {
  readonly f1: number
  /** Part of the normal rows that were alarmed. */
  readonly falseAlarmRate: number
  /** Part of the abnormal rows that were not. */
  readonly missedAlarmRate: number
}

/** F1, false-alarm and missed-alarm rate over the rows of all cases together, as SKAB's leaderboard counts (Katser and Kozitsin 2020). No point adjustment. */
export function scoreRows(cases: readonly { readonly alarmed: Uint8Array; readonly labels: Float64Array; readonly from: number }[]): ConfusionScore {
  let [hit, falseAlarm, missed, quiet] = [0, 0, 0, 0]
  for (const { alarmed, labels, from } of cases) {
    for (let row = from; row < labels.length; row++) {
      if (labels[row] === 1) alarmed[row] === 1 ? hit++ : missed++
      else if (alarmed[row] === 1) falseAlarm++
      else quiet++
    }
  }
  return { f1: hit === 0 ? 0 : hit / (hit + (falseAlarm + missed) / 2), falseAlarmRate: part(falseAlarm, quiet), missedAlarmRate: part(missed, hit) }
}

function part(some: number, others: number): number {
  return some === 0 ? 0 : some / (some + others)
}
