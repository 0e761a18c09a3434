import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_MS, usToMs } from '@millwright/model/time.ts'
import type { WireBand, WireExpectedBand } from '@millwright/model/wire/expected-band.ts'
import type { Historian } from '../../historian/historian.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { PredictorThreads } from '../predictors/predictor-threads.ts'
import { AssetWatch } from '../runtime/asset-watch.ts'
import type { ChampionState } from '../runtime/stream-messages.ts'
import { bandSteps } from './band-steps.ts'
import type { Band, BandResult, BandTask } from './band-task.ts'

/** Moments before the range, in which regimes settle and values are there to hold. */
const LEAD = 20
/** Samples of one state signal that are read; a longer range has a band only from the oldest of them on. */
const MAX_STATES = 100_000
/** Signals that are read at once: few, so that others who read the history are served meanwhile. */
const READ_AT_ONCE = 4
/** How far before the range the last value of a state is looked for. */
const BEFORE_US = 30 * US_PER_DAY
/** A thread judges a week of 48 signals in a fifth of a second. */
const THREADS = { atOnce: 1, maxWaiting: 32, timeoutMs: 30_000, maxMegabytes: 128 }
/** Digits of an end of a band: it is expected, not measured. */
const DIGITS = 6

export interface ExpectedBandsParts {
  readonly history: Pick<Historian, 'readAggregates' | 'readSamples'>
  readonly plant: { signalBySeries(series: SeriesId): { readonly name: string; readonly kind: ValueKind; readonly low?: number; readonly high?: number } | undefined; signalPath(series: SeriesId): string | undefined }
  readonly clock: Clock
  /** What the champion of an asset knows now. */
  champion(asset: AssetId): Promise<ChampionState | undefined>
}

export interface BandQuestion {
  readonly asset: AssetId
  readonly path: string
  /** Names of signals; all that are watched together unless given. */
  readonly signals: readonly string[] | undefined
  readonly fromMs: number
  readonly toMs: number
  /** Steps of the answer at most. */
  readonly points: number
}

/** The band in which signals were expected, worked out from the history when it is asked for: nothing of it is kept, so that it is as old as the history. */
export class ExpectedBands {
  readonly #parts: ExpectedBandsParts
  readonly #threads = new PredictorThreads<BandTask, BandResult>({ ...THREADS, script: new URL('./band-thread.ts', import.meta.url) })

  constructor(parts: ExpectedBandsParts) {
    this.#parts = parts
  }

  /** Rejects with NOT_FOUND where nothing watches the asset, BAD_REQUEST for a range that ends before it begins, OVERLOADED, REQUEST_TIMEOUT, INTERNAL, and as the historian does. */
  async read({ asset, path, signals, fromMs, toMs, points }: BandQuestion): Promise<WireExpectedBand> {
    const { clock, plant, champion } = this.#parts
    if (fromMs >= toMs) throw new MillwrightError('BAD_REQUEST', '"from" must lie before "to"')
    const found = await champion(asset)
    if (found === undefined) throw new MillwrightError('NOT_FOUND', `nothing watches "${path}"`)
    const watch = AssetWatch.restore(found.state)
    const { shape, phase } = watch
    const nowUs = clock.nowUs()
    const steps = bandSteps({ fromUs: fromMs * US_PER_MS, toUs: toMs * US_PER_MS, nowUs, points })
    const wanted = [...shape.signals.keys()].filter((at) => signals === undefined || signals.includes(plant.signalBySeries(shape.signals[at] as SeriesId)?.name ?? ''))
    const judged = new Set(watch.judgedSignals())
    const isWorth = steps.steps > 0 && wanted.some((at) => judged.has(shape.signals[at] as SeriesId))
    const result = isWorth ? await this.#judge(watch, found.state, steps, wanted) : undefined
    const stepUs = steps.pitchUs * steps.moments
    return {
      asset: path,
      model: found.model,
      phase,
      everySeconds: stepUs / 1e6,
      pitchSeconds: steps.pitchUs / 1e6,
      times: isWorth ? Array.from({ length: steps.steps }, (_, at) => usToMs(steps.firstUs + at * stepUs)) : [],
      signals: wanted.map((at, place) => {
        const series = shape.signals[at] as SeriesId
        const bands = result?.bands[place]
        return { signal: plant.signalPath(series) ?? `#${series}`, isJudged: judged.has(series), apart: wireBand(bands?.apart), level: wireBand(bands?.level) }
      }),
      made: usToMs(nowUs),
    }
  }

  close(): void {
    this.#threads.close()
  }

  async #judge(watch: AssetWatch, state: Uint8Array, steps: ReturnType<typeof bandSteps>, wanted: readonly number[]): Promise<BandResult> {
    const { firstUs, pitchUs, moments, steps: count } = steps
    const beginUs = firstUs - (moments - 1 + LEAD) * pitchUs
    const total = LEAD + count * moments
    // A moment is the end of its bucket.
    const edges = Float64Array.from({ length: total + 1 }, (_, at) => beginUs + (at - 1) * pitchUs)
    const numbers: Float64Array[] = []
    for (let at = 0; at < watch.shape.signals.length; at += READ_AT_ONCE) {
      const read = await Promise.all(watch.shape.signals.slice(at, at + READ_AT_ONCE).map((series) => this.#parts.history.readAggregates({ series, kind: 'number' }, edges, ['last'])))
      numbers.push(...read.map(({ columns }) => columns.last ?? new Float64Array(total).fill(Number.NaN)))
    }
    const states = await this.#states(watch, beginUs, beginUs + total * pitchUs)
    const ranges = wanted.map((at) => {
      const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = this.#parts.plant.signalBySeries(watch.shape.signals[at] as SeriesId) ?? {}
      return { low, high }
    })
    return await this.#threads.run({ ...steps, state, lead: LEAD, numbers, states, wanted, ranges })
  }

  async #states(watch: AssetWatch, fromUs: number, toUs: number): Promise<BandTask['states']> {
    const { history, plant } = this.#parts
    const states: { index: number; timesUs: Float64Array; values: string[] }[] = []
    for (const index of watch.regimes.describe().used) {
      const series = watch.shape.states[index]
      const kind = series === undefined ? undefined : plant.signalBySeries(series)?.kind
      if (series === undefined || kind === undefined) continue
      const before = await history.readSamples({ series, kind, fromUs: fromUs - BEFORE_US, toUs: fromUs }, { limit: 1, order: 'descending' })
      const within = await history.readSamples({ series, kind, fromUs, toUs }, { limit: MAX_STATES, order: 'descending' })
      const [timesUs, values]: [number[], string[]] = [[], []]
      for (const { block } of [before, within]) {
        for (let at = block.timesUs.length - 1; at >= 0; at--) {
          const value = block.values[at]
          if (value === null || value === undefined || Number.isNaN(value) || String(value) === values.at(-1)) continue
          timesUs.push(block.timesUs[at] as number)
          values.push(String(value))
        }
      }
      states.push({ index, timesUs: Float64Array.from(timesUs), values })
    }
    return states
  }
}

function wireBand(band: Band | undefined): WireBand {
  const column = (values: Float64Array | undefined) => Array.from(values ?? [], (value) => (Number.isNaN(value) ? null : Number(value.toPrecision(DIGITS))))
  return { low: column(band?.low), high: column(band?.high) }
}
