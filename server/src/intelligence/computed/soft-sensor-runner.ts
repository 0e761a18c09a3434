import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { severityOf } from '@millwright/model/quality.ts'
import { US_PER_SECOND } from '@millwright/model/time.ts'
import type { Historian } from '../../historian/historian.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { readEven } from '../forecasts/even-history.ts'
import type { ComputedSample, ComputedSignals } from './computed-signals.ts'
import { HOLD_STEPS, type StepModel, tellStep, type ToldStep } from './soft-sensor-step.ts'

/** Steps of the past that are told again in each round, so that late inputs have their effect; later ones need a recomputation. */
export const LATE_STEPS = 120
/** Steps that are caught up with in one round after a stop. */
const MOST_STEPS = 10_000
/** Time that inputs have to arrive after the end of a step. */
const SETTLE_US = 2 * US_PER_SECOND

export interface RunnerOptions {
  readonly model: StepModel
  readonly inputs: readonly { readonly series: SeriesId; readonly kind: ValueKind }[]
  readonly output: SeriesId
  readonly everyUs: number
  /** Nothing before is told by itself. */
  readonly sinceUs: number
  readonly history: Pick<Historian, 'readAggregates' | 'readSamples'>
  readonly computed: Pick<ComputedSignals, 'write'>
}

/** What the runner has done since the start. */
export interface RunnerStatus {
  readonly timeUs: number | undefined
  readonly last: ToldStep | undefined
  readonly written: number
  readonly rewritten: number
  readonly uncertain: number
}

/** A soft sensor in service: tells each step when it is over, and the last two hours' steps again where inputs came late. What it has told stands in the history, so a restart goes on from there. */
export class SoftSensorRunner {
  readonly #options: RunnerOptions
  /** What stands in the history: value by the end of the step; NaN is "no value". */
  #stored: Map<number, { readonly value: number; readonly status: number }> | undefined
  #doneUs: number | undefined
  #last: ToldStep | undefined
  #written = 0
  #rewritten = 0
  #uncertain = 0

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  get status(): RunnerStatus {
    return { timeUs: this.#doneUs, last: this.#last, written: this.#written, rewritten: this.#rewritten, uncertain: this.#uncertain }
  }

  /** Tells what is new, and what is different. Rejects as historian and ingest do. */
  async round(nowUs: number): Promise<void> {
    const { everyUs, sinceUs } = this.#options
    const endUs = Math.floor((nowUs - SETTLE_US) / everyUs) * everyUs
    const stored = (this.#stored ??= await this.#readStored(endUs))
    const oldestUs = Math.max(Math.ceil(sinceUs / everyUs) * everyUs, endUs - MOST_STEPS * everyUs)
    const fromUs = Math.max(oldestUs, Math.min(endUs - LATE_STEPS * everyUs, this.#doneUs ?? oldestUs))
    if (fromUs >= endUs) return
    const before = this.#doneUs ?? 0
    const { samples, last } = await this.#tell(fromUs, endUs, stored)
    await this.#options.computed.write(samples)
    for (const { timeUs, value, status } of samples) stored.set(timeUs, { value, status })
    for (const timeUs of stored.keys()) if (timeUs < endUs - LATE_STEPS * everyUs) stored.delete(timeUs)
    this.#count(samples, before)
    this.#doneUs = endUs
    this.#last = last
  }

  /** Tells a stretch anew, whatever stands there. Rejects with STOPPING when it is aborted: what was told until then stays. */
  async recompute(fromUs: number, toUs: number, signal: AbortSignal): Promise<{ readonly written: number; readonly uncertain: number }> {
    const { everyUs } = this.#options
    let [written, uncertain] = [0, 0]
    const [first, end] = [Math.ceil(fromUs / everyUs) * everyUs, Math.floor(toUs / everyUs) * everyUs]
    for (let from = first; from < end; from += MOST_STEPS * everyUs) {
      if (signal.aborted) throw new MillwrightError('STOPPING', 'Millwright is stopping')
      const { samples } = await this.#tell(from, Math.min(end, from + MOST_STEPS * everyUs), new Map())
      await this.#options.computed.write(samples)
      written += samples.length
      uncertain += samples.filter(({ status }) => severityOf(status) !== 'good').length
    }
    this.#stored = undefined
    return { written, uncertain }
  }

  /** The steps from `fromUs` to `endUs` that are not stored as they are told now. */
  async #tell(fromUs: number, endUs: number, stored: ReadonlyMap<number, { readonly value: number; readonly status: number }>): Promise<{ samples: ComputedSample[]; last: ToldStep | undefined }> {
    const { model, inputs, output, everyUs, history } = this.#options
    const steps = Math.round((endUs - fromUs) / everyUs)
    const columns: Float64Array[] = []
    for (const input of inputs) columns.push((await readEven(history, input, { toUs: endUs, everyUs, steps: steps + HOLD_STEPS + 1 })).values)
    const samples: ComputedSample[] = []
    let last: ToldStep | undefined
    let wasValue = Number.isFinite(tellStep(model, columns, HOLD_STEPS).value)
    for (let step = 0; step < steps; step++) {
      const timeUs = fromUs + (step + 1) * everyUs
      last = tellStep(model, columns, step + HOLD_STEPS + 1)
      const { value, status } = last
      const known = stored.get(timeUs)
      const isValue = Number.isFinite(value)
      // That there is no value any more is said once, not for every step of a standstill.
      const isSame = known === undefined ? !isValue && !wasValue : alike(known.value, value) && known.status === status
      if (!isSame) samples.push({ series: output, timeUs, value, status })
      wasValue = isValue
    }
    return { samples, last }
  }

  #count(samples: readonly ComputedSample[], beforeUs: number): void {
    this.#written += samples.length
    this.#rewritten += samples.filter(({ timeUs }) => timeUs <= beforeUs).length
    this.#uncertain += samples.filter(({ status }) => severityOf(status) !== 'good').length
  }

  /** What was told before the start, as far back as late inputs count. */
  async #readStored(endUs: number): Promise<Map<number, { readonly value: number; readonly status: number }>> {
    const { output, everyUs, history } = this.#options
    const fromUs = Math.max(0, endUs - MOST_STEPS * everyUs)
    const { block } = await history.readSamples({ series: output, kind: 'number', fromUs, toUs: endUs + 1 }, { limit: MOST_STEPS + 1, order: 'ascending' })
    const stored = new Map<number, { readonly value: number; readonly status: number }>()
    for (let at = 0; at < block.timesUs.length; at++) stored.set(block.timesUs[at] as number, { value: Number(block.values[at]), status: block.status[at] as number })
    const newestUs = block.timesUs.at(-1)
    if (newestUs !== undefined) this.#doneUs ??= newestUs
    return stored
  }
}

/** Averages from rollups may differ from those of samples in the last digits. */
function alike(one: number, other: number): boolean {
  return Object.is(one, other) || Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other))
}
