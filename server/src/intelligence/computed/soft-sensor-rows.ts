import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { severityOf } from '@millwright/model/quality.ts'
import type { Historian } from '../../historian/historian.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { MAX_STEPS, readEven } from '../forecasts/even-history.ts'
import type { SoftSensorTable } from './soft-sensor-training.ts'

/** Measured values that are learned from at most, the newest; and of how many of the target's samples they are chosen. */
export const MAX_ROWS = 20_000
const MAX_TARGET_SAMPLES = 1_000_000
const PAGE = 100_000

type Source = { readonly series: SeriesId; readonly kind: ValueKind }

export interface RowsOrder {
  readonly target: Source
  readonly inputs: readonly Source[]
  readonly fromUs: number
  readonly toUs: number
  readonly everyUs: number
  readonly signal: AbortSignal
  onProgress(part: number): void
}

/**
 * One row for each step before which the target was measured: the inputs averaged over the last whole step before the measurement, so that nothing later than it is learned from.
 * Rows with a missing input are left out. Rejects with LIMIT_REACHED (too many samples of the target) and STOPPING (cancelled).
 */
export async function readRows(order: RowsOrder, history: Pick<Historian, 'readAggregates' | 'readSamples'>): Promise<SoftSensorTable> {
  const { everyUs, inputs } = order
  const measured = await readMeasured(order, history)
  const steps = [...measured.keys()].sort((a, b) => a - b).slice(-MAX_ROWS)
  const columns = inputs.map(() => new Float64Array(steps.length).fill(Number.NaN))
  // Stretches of steps without a gap wider than a read: where the target is rare, most of the time is not read at all.
  for (let from = 0; from < steps.length; ) {
    const first = steps[from] as number
    let to = from + 1
    while (to < steps.length && (steps[to] as number) - first < MAX_STEPS) to++
    const count = (steps[to - 1] as number) - first + 1
    for (const [at, input] of inputs.entries()) {
      if (order.signal.aborted) throw new MillwrightError('STOPPING', 'the training was cancelled')
      const { values } = await readEven(history, input, { toUs: (first + count) * everyUs, everyUs, steps: count })
      for (let row = from; row < to; row++) (columns[at] as Float64Array)[row] = values[(steps[row] as number) - first] ?? Number.NaN
    }
    from = to
    order.onProgress(from / steps.length)
  }
  const whole = steps.map((_, row) => row).filter((row) => columns.every((column) => Number.isFinite(column[row])))
  const gaps = Float64Array.from(steps.slice(1), (step, at) => step - (steps[at] as number)).sort()
  return { timesUs: Float64Array.from(whole, (row) => ((steps[row] as number) + 1) * everyUs), spacing: gaps[gaps.length >> 1] ?? Number.POSITIVE_INFINITY, inputs: columns.map((column) => Float64Array.from(whole, (row) => column[row] as number)), target: Float64Array.from(whole, (row) => measured.get(steps[row] as number) as number) }
}

/** Measured values by the step that was whole before them; of several the last. */
async function readMeasured({ target, fromUs, toUs, everyUs, signal }: RowsOrder, history: Pick<Historian, 'readSamples'>): Promise<Map<number, number>> {
  const measured = new Map<number, number>()
  let read = 0
  for (let from: number | undefined = fromUs; from !== undefined && from < toUs; ) {
    if (signal.aborted) throw new MillwrightError('STOPPING', 'the training was cancelled')
    const { block, nextUs } = await history.readSamples({ ...target, fromUs: from, toUs }, { limit: PAGE, order: 'ascending' })
    for (let at = 0; at < block.timesUs.length; at++) {
      const value = block.values[at]
      if (typeof value === 'number' && Number.isFinite(value) && severityOf(block.status[at] as number) === 'good') measured.set(Math.floor((block.timesUs[at] as number) / everyUs) - 1, value)
    }
    read += block.timesUs.length
    if (read > MAX_TARGET_SAMPLES) throw new MillwrightError('LIMIT_REACHED', `the target has more than ${MAX_TARGET_SAMPLES} samples in this range: it is measured often enough; take a shorter range`)
    from = nextUs
  }
  return measured
}
