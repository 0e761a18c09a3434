import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import type { Historian } from '../../historian/historian.ts'

/** A stretch of the history in even steps: value `i` is the time-weighted average from `fromUs + i · everyUs` on, NaN in a gap. */
export interface EvenHistory {
  readonly fromUs: number
  readonly everyUs: number
  readonly values: Float64Array
}

/** Steps that are read at most. */
export const MAX_STEPS = 50_000

/** Reads `steps` even steps that end at `toUs`, from rollups where there are some. Rejects as the historian does. */
export async function readEven(history: Pick<Historian, 'readAggregates'>, signal: { readonly series: SeriesId; readonly kind: ValueKind }, range: { readonly toUs: number; readonly everyUs: number; readonly steps: number }): Promise<EvenHistory> {
  const { toUs, everyUs } = range
  const steps = Math.min(MAX_STEPS, range.steps)
  const fromUs = toUs - steps * everyUs
  const edges = Float64Array.from({ length: steps + 1 }, (_, at) => fromUs + at * everyUs)
  const { columns } = await history.readAggregates(signal, edges, ['twa'])
  return { fromUs, everyUs, values: columns.twa ?? new Float64Array(steps).fill(Number.NaN) }
}

/** Without the gap before the first value. */
export function fromFirstValue({ fromUs, everyUs, values }: EvenHistory): EvenHistory {
  const first = values.findIndex(Number.isFinite)
  const cut = first < 0 ? values.length : first
  return { fromUs: fromUs + cut * everyUs, everyUs, values: values.slice(cut) }
}
