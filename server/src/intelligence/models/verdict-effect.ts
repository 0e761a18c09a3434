import type { WireModel, WireVerdictEffect } from '@millwright/model/wire/ai-model.ts'

/** What verdicts changed, in one line: of judged anomalies, which the model would tell again. Null where nobody judged anything that counts. */
export function verdictEffectOf(effects: WireModel['effects']): WireVerdictEffect | null {
  const count = (isFalse: boolean, toldAgain: boolean) => effects.filter((effect) => (isFalse ? effect.verdict === 'not_real' : effect.verdict === 'real' || effect.verdict === 'known') && effect.toldAgain === toldAgain).length
  const effect = { falseGone: count(true, false), falseLeft: count(true, true), realKept: count(false, true), realLost: count(false, false) }
  return Object.values(effect).every((number) => number === 0) ? null : effect
}
