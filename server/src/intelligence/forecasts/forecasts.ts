import type { Signal } from '@millwright/model/signal.ts'
import { US_PER_DAY, US_PER_MINUTE, US_PER_MS, US_PER_SECOND, usToMs } from '@millwright/model/time.ts'
import type { WireForecast } from '@millwright/model/wire/forecast.ts'
import type { Historian } from '../../historian/historian.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { LiveValues } from '../../plant/live-values.ts'
import { PredictorThreads } from '../predictors/predictor-threads.ts'
import { durationWords } from './duration-words.ts'
import { type EvenHistory, fromFirstValue, readEven } from './even-history.ts'
import { neededSteps } from './forecast-contest.ts'
import type { ForecastResult, ForecastTask } from './forecast-task.ts'
import { forecastWords } from './forecast-words.ts'
import { limitForecast } from './limit-forecast.ts'
import { stepsOf } from './step-width.ts'

/** Shortest and longest horizon. */
export const [MIN_HORIZON_US, MAX_HORIZON_US] = [US_PER_MINUTE, 90 * US_PER_DAY]
/** Steps of the past that are learned from at most: what a thread does in a second or two. */
const MOST_PAST = 4_096
/** Steps of the past that an answer shows, in horizons. */
const SHOWN = 3
/** Forecasts that are kept, and for how long: a step, within these bounds. */
const MAX_KEPT = 256
const [SHORTEST_KEPT_US, LONGEST_KEPT_US] = [30 * US_PER_SECOND, 15 * US_PER_MINUTE]
/** Forecasts made at once, waiting, their time, and the memory of one. */
const THREADS = { atOnce: 1, maxWaiting: 32, timeoutMs: 60_000, maxMegabytes: 256 }

export interface ForecastsParts {
  readonly history: Pick<Historian, 'readAggregates'>
  readonly live: Pick<LiveValues, 'get'>
  readonly clock: Clock
}

export interface ForecastQuestion {
  readonly signal: Signal
  readonly path: string
  readonly horizonUs: number
  /** Part of the cases that the interval shall hold. */
  readonly coverage: number
  /** Limits instead of the signal's own range. */
  readonly low?: number | undefined
  readonly high?: number | undefined
}

interface Made {
  readonly atUs: number
  readonly past: EvenHistory
  readonly result: ForecastResult
}

/** Forecasts of any numeric signal, made when they are asked for, from the history alone, each in a thread; kept until the next step. */
export class Forecasts {
  readonly #parts: ForecastsParts
  readonly #threads = new PredictorThreads<ForecastTask, ForecastResult>({ ...THREADS, script: new URL('./forecast-thread.ts', import.meta.url) })
  /** The oldest first. */
  readonly #kept = new Map<string, { readonly untilUs: number; readonly made: Promise<Made> }>()

  constructor(parts: ForecastsParts) {
    this.#parts = parts
  }

  /**
   * Rejects with TYPE_MISMATCH (not a number), BAD_REQUEST (horizon out of bounds, too little history), CONFLICT (the signal is silent for longer than the horizon),
   * OVERLOADED, REQUEST_TIMEOUT, INTERNAL (the thread died).
   */
  async forecast(question: ForecastQuestion): Promise<WireForecast> {
    const { signal, path, horizonUs, coverage } = question
    if (signal.kind !== 'number') throw new MillwrightError('TYPE_MISMATCH', `only numbers can be forecast; "${path}" is a ${signal.kind}`)
    if (!(horizonUs >= MIN_HORIZON_US && horizonUs <= MAX_HORIZON_US)) throw new MillwrightError('BAD_REQUEST', 'a horizon lies between one minute and 90 days')
    const made = await this.#keptOrMade(signal, path, horizonUs, coverage)
    return wireForecast(question, made)
  }

  close(): void {
    this.#threads.close()
  }

  #keptOrMade(signal: Signal, path: string, horizonUs: number, coverage: number): Promise<Made> {
    const nowUs = this.#parts.clock.nowUs()
    const { everyUs, steps } = stepsOf(horizonUs)
    const key = `${signal.series} ${everyUs} ${steps} ${coverage}`
    const kept = this.#kept.get(key)
    if (kept !== undefined && kept.untilUs > nowUs) return kept.made
    this.#kept.delete(key)
    const made = this.#make(signal, path, { everyUs, steps, coverage })
    this.#kept.set(key, { untilUs: nowUs + Math.max(SHORTEST_KEPT_US, Math.min(LONGEST_KEPT_US, everyUs)), made })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break
      this.#kept.delete(oldest)
    }
    // A failure is not kept: there may be more history in a minute.
    made.catch(() => {
      if (this.#kept.get(key)?.made === made) this.#kept.delete(key)
    })
    return made
  }

  async #make(signal: Signal, path: string, { everyUs, steps, coverage }: { readonly everyUs: number; readonly steps: number; readonly coverage: number }): Promise<Made> {
    const { history, live, clock } = this.#parts
    const nowUs = clock.nowUs()
    const newest = live.get(signal.series)
    if (newest === undefined) throw new MillwrightError('BAD_REQUEST', `"${path}" has no samples yet`)
    const silentUs = nowUs - newest.timeUs
    if (silentUs > steps * everyUs) throw new MillwrightError('CONFLICT', `the newest sample of "${path}" is ${durationWords(silentUs).en} old: a forecast from there would lie in the past; ask for a longer horizon`)
    // The step that now lies in is not whole yet.
    const toUs = Math.floor(Math.min(nowUs, newest.timeUs + everyUs) / everyUs) * everyUs
    const past = fromFirstValue(await readEven(history, signal, { toUs, everyUs, steps: MOST_PAST }))
    const needed = neededSteps(steps)
    if (past.values.length < needed) {
      throw new MillwrightError('BAD_REQUEST', `a forecast over ${durationWords(steps * everyUs).en} needs ${durationWords(needed * everyUs).en} of history; "${path}" has ${past.values.length === 0 ? 'none with a value' : durationWords(past.values.length * everyUs).en}: ask for a shorter horizon, or wait`)
    }
    return { atUs: nowUs, past, result: await this.#threads.run({ values: past.values, steps, coverage, seed: 1 }) }
  }
}

function wireForecast({ signal, path, coverage, low = signal.low, high = signal.high }: ForecastQuestion, { atUs, past, result }: Made): WireForecast {
  const { everyUs, values } = past
  const endUs = past.fromUs + values.length * everyUs
  const steps = result.expected.length
  const last = values.findLast(Number.isFinite) ?? 0
  const limits = [{ limit: high, side: 'high' as const }, { limit: low, side: 'low' as const }].flatMap(({ limit, side }) => (limit === undefined ? [] : [limitForecast(result, { fromUs: endUs, everyUs }, { limit, side, last })]))
  const shown = Math.min(values.length, SHOWN * steps)
  return {
    signal: path,
    unit: signal.unit ?? null,
    made: usToMs(atUs),
    everySeconds: everyUs / US_PER_SECOND,
    seasonSeconds: result.season > 1 ? (result.season * everyUs) / US_PER_SECOND : null,
    coverage,
    times: Array.from({ length: steps }, (_, step) => (endUs + (step + 1) * everyUs) / US_PER_MS),
    expected: [...result.expected],
    low: [...result.low],
    high: [...result.high],
    past: {
      times: Array.from({ length: shown }, (_, at) => (endUs - (shown - 1 - at) * everyUs) / US_PER_MS),
      values: Array.from(values.subarray(values.length - shown), (value) => (Number.isFinite(value) ? value : null)),
    },
    trainedSteps: values.reduce((count, value) => count + (Number.isFinite(value) ? 1 : 0), 0),
    trials: result.trials,
    methods: result.methods.map(({ method, mae, rmse, crps, coverage: held, gain }, at) => ({ method, isChampion: at === 0, mae, rmse, crps, coverage: held ?? null, gain })),
    why: forecastWords(result, coverage),
    limits,
  }
}
