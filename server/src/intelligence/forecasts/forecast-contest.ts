import type { ForecastMethod } from '@millwright/model/wire/forecast.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { AdaptiveInterval } from '../predictors/adaptive-interval.ts'
import { trainBoostedForecast } from '../predictors/boosted-forecast.ts'
import { combination } from '../predictors/combination.ts'
import { exponentialSmoothing, learnSmoothing } from '../predictors/exponential-smoothing.ts'
import type { TrialErrors } from '../predictors/forecast-interval.ts'
import { type Forecaster, withoutGaps } from '../predictors/forecaster.ts'
import { trainLinear } from '../predictors/linear-forecast.ts'
import { findSeason } from '../predictors/season.ts'
import { seasonalNaive } from '../predictors/seasonal-naive.ts'
import { originsOf, rollingOrigin } from './rolling-origin.ts'
import { type TrialScore, scoreTrials } from './trial-score.ts'

export interface ContestSettings {
  /** Steps that are told. */
  readonly steps: number
  /** Part of the cases that the interval shall hold. */
  readonly coverage: number
  readonly seed: number
}

/** How one method did on the signal's own past. */
export interface MethodTrial extends TrialScore {
  readonly method: ForecastMethod
  /** By what part its mean absolute error is smaller than the seasonal naive one's. */
  readonly gain: number
}

/** A method at its best setting, trained on all of the past, with the interval that its errors of the past make. */
export interface TrainedMethod {
  readonly method: ForecastMethod
  readonly forecaster: Forecaster
  readonly interval: AdaptiveInterval
}

/** What came out: the method that tells this signal best, and how all did. */
export interface ChosenForecaster {
  readonly champion: TrainedMethod
  readonly season: number
  readonly trials: number
  /** The best first. */
  readonly methods: readonly MethodTrial[]
}

/** Part of the past that methods learn from before the first trial. */
const LEARNED = 0.6
/** Trials that an interval needs at least. */
const FEWEST_TRIALS = 20
/** A method must be better than the seasonal naive forecast by this part to take its place. */
const CLEARLY = 0.02
/** A single method must be better than the combination by this part: a lead on a few trials often does not last. */
const MUCH = 0.05
/** Methods that are combined: all but the seasonal naive one. */
const MEMBERS = 3
const RIDGE = 1e-3
/** Window of the linear forecast in steps, and its greatest part of what is learned from. */
const [NARROWEST_WINDOW, WIDEST_WINDOW, WINDOW_PART] = [96, 320, 1 / 4]

/** Steps of the past that a forecast of so many steps needs at least. */
export function neededSteps(steps: number): number {
  return Math.ceil((steps + FEWEST_TRIALS) / (1 - LEARNED))
}

/**
 * Lets the methods tell the signal's own past and takes the best; the seasonal naive forecast stays where none beats it clearly. Same values, same settings, same result.
 * @throws MillwrightError BAD_REQUEST when the past is too short or mostly gaps.
 */
export function chooseForecaster(values: Float64Array, settings: ContestSettings): ChosenForecaster {
  const { season, trials, naive, champion, bests } = tryAll(values, settings)
  const gain = (mae: number) => (naive.score.mae > 0 ? 1 - mae / naive.score.mae : 0)
  const methods = bests.map(({ method, score }) => ({ method, ...score, gain: gain(score.mae) }))
  return { champion: trained(champion, values, settings), season, trials, methods: methods.sort((a, b) => Number(b.method === champion.method) - Number(a.method === champion.method) || a.mae - b.mae) }
}

/** The champion first, then every method at its best setting: for comparing them on values that come later. Throws as {@link chooseForecaster}. */
export function trainAll(values: Float64Array, settings: ContestSettings): TrainedMethod[] {
  const { champion, bests } = tryAll(values, settings)
  return [champion, ...bests].map((one) => trained(one, values, settings))
}

function tryAll(values: Float64Array, { steps, coverage, seed }: ContestSettings) {
  const known = values.reduce((count, value) => count + (Number.isFinite(value) ? 1 : 0), 0)
  const needed = neededSteps(steps)
  if (values.length < needed || known < needed / 2) {
    throw new MillwrightError('BAD_REQUEST', `a forecast of ${steps} steps needs ${needed} steps of the past, at least half of them with a value; there are ${values.length}, ${known} with a value`)
  }
  const cut = Math.floor(values.length * LEARNED)
  const origins = originsOf(values.length, cut, steps)
  const season = findSeason(withoutGaps(values.subarray(0, cut)))
  const single = entrantsOf(season, steps, seed).flatMap(({ method, train }): Tried[] => {
    const forecaster = train(values.subarray(0, cut))
    return forecaster === undefined ? [] : [scored({ method, train }, rollingOrigin(forecaster, values, origins, steps), steps, coverage)]
  })
  const naive = bestOf(single.filter(({ method }) => method === 'seasonal_naive'))
  const bests = [...new Set(single.map(({ method }) => method))].map((method) => bestOf(single.filter((one) => one.method === method)))
  const members = bests.filter(({ method }) => method !== 'seasonal_naive')
  if (members.length === MEMBERS) bests.push(scored(combined(members), meanErrors(members, steps), steps, coverage))
  return { season, trials: origins.length, naive, champion: championOf(bests, naive), bests }
}

/** The best one; a single method must beat the combination clearly, and any must beat the seasonal naive forecast. */
function championOf(bests: readonly Tried[], naive: Tried): Tried {
  const best = bestOf(bests)
  const combination = bests.find(({ method }) => method === 'combination')
  const chosen = combination !== undefined && best.score.mae > combination.score.mae * (1 - MUCH) ? combination : best
  return chosen.score.mae < naive.score.mae * (1 - CLEARLY) ? chosen : naive
}

function scored(entrant: Entrant, errors: TrialErrors, steps: number, coverage: number): Tried {
  return { ...entrant, errors, score: scoreTrials(errors, steps, coverage) }
}

function combined(members: readonly Tried[]): Entrant {
  return { method: 'combination', train: (past) => combination(members.map(({ train }) => train(past))) }
}

/** The error of a mean is the mean of the errors. */
function meanErrors(members: readonly Tried[], steps: number): TrialErrors {
  return (members[0]?.errors ?? []).map((_, trial) => Float64Array.from({ length: steps }, (_, step) => members.reduce((sum, { errors }) => sum + (errors[trial]?.[step] ?? Number.NaN), 0) / members.length))
}

/** On all of the past; the errors are those of trials that it had not learned from. */
function trained({ method, train, errors }: Tried, values: Float64Array, { steps, coverage }: ContestSettings): TrainedMethod {
  const forecaster = train(values)
  if (forecaster === undefined) throw new Error('BUG: what was trained on a part can be trained on all')
  return { method, forecaster, interval: new AdaptiveInterval(errors, { steps, coverage }) }
}

interface Entrant {
  readonly method: ForecastMethod
  /** Undefined where the past is too short for the method. */
  readonly train: (past: Float64Array) => Forecaster | undefined
}

interface Tried extends Entrant {
  readonly errors: TrialErrors
  readonly score: TrialScore
}

/** Who takes part; of one method with several settings the best counts. */
function entrantsOf(season: number, steps: number, seed: number): Entrant[] {
  const seasons = season > 1 ? [1, season] : [1]
  const linear: Entrant['train'] = (past) => {
    const window = Math.min(WIDEST_WINDOW, Math.max(season + 16, NARROWEST_WINDOW), Math.floor(past.length * WINDOW_PART))
    return past.length < window + steps + 1 ? undefined : trainLinear([past], { window, horizon: steps, ridge: RIDGE })
  }
  const boosting: Entrant['train'] = (past) => (past.length < Math.max(48, 2 * season) + 2 * steps ? undefined : trainBoostedForecast(past, { horizon: steps, season, seed }))
  return [
    ...seasons.map((length): Entrant => ({ method: 'seasonal_naive', train: () => seasonalNaive(length) })),
    ...seasons.map((length): Entrant => ({ method: 'exponential_smoothing', train: (past) => exponentialSmoothing(length, learnSmoothing(past, length)) })),
    { method: 'linear', train: linear },
    { method: 'boosting', train: boosting },
  ]
}

function bestOf(tried: readonly Tried[]): Tried {
  const best = tried.reduce<Tried | undefined>((least, one) => (least === undefined || one.score.mae < least.score.mae ? one : least), undefined)
  if (best === undefined) throw new Error('BUG: the seasonal naive forecast always takes part')
  return best
}
