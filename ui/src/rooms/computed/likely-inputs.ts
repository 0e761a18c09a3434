import type { WireInputSuggestion } from '@millwright/model/wire/soft-sensor.ts'

/** Inputs that are chosen for somebody who has not chosen, and how clearly one must go with the target. */
const [MOST, CLEARLY] = [8, 0.1]

/** Of what is offered, the likeliest of the same asset; where none goes with the target clearly, the first few of the asset that had a value at all. */
export function likelyInputs(offered: readonly WireInputSuggestion[]): readonly string[] {
  const own = offered.filter(({ place, rows }) => place === 'same_asset' && rows > 0)
  const clear = own.filter(({ correlation }) => Math.abs(correlation ?? 0) >= CLEARLY)
  return (clear.length > 0 ? clear : own).slice(0, MOST).map(({ path }) => path)
}
