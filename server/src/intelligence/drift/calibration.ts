import type { WireCalibration } from '@millwright/model/wire/drift.ts'
import { poissonInterval } from './poisson-interval.ts'

const WEEK_MS = 7 * 86_400_000
/** Time in service before anything is said. */
const LEAST_WEEKS = 1

export interface ToldAndJudged {
  /** Anomalies that the model told, and what stands of them: `false` for "nothing", `true` for anything else, undefined where nobody judged. */
  readonly verdicts: readonly (boolean | undefined)[]
  readonly serviceMs: number
  readonly promisedPerWeek: number
}

/**
 * False alarms per week as people's verdicts let estimate them: what nobody judged counts in proportion to what was. The interval is that of a Poisson count, widened by the same proportion.
 */
export function calibrationOf({ verdicts, serviceMs, promisedPerWeek }: ToldAndJudged): WireCalibration {
  const judged = verdicts.filter((verdict) => verdict !== undefined)
  const falseAlarms = judged.filter((isReal) => !isReal).length
  const weeks = serviceMs / WEEK_MS
  const blank = { promisedPerWeek, weeks, told: verdicts.length, judged: judged.length, falseAlarms }
  const isSilent = verdicts.length === 0
  if (weeks < LEAST_WEEKS || (judged.length === 0 && !isSilent)) return { ...blank, perWeek: null, low: null, high: null, state: 'collecting' }
  const scale = (isSilent ? 1 : verdicts.length / judged.length) / weeks
  const interval = poissonInterval(falseAlarms)
  const [low, high] = [interval.low * scale, interval.high * scale]
  const state = low > 2 * promisedPerWeek ? 'drifted' : low > promisedPerWeek ? 'moved' : 'steady'
  return { ...blank, perWeek: falseAlarms * scale, low, high, state }
}
