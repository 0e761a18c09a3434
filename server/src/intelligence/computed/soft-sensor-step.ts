import { Status, type StatusCode } from '@millwright/model/quality.ts'
import type { SoftSensor } from '../predictors/soft-sensor.ts'

/** Steps for which the last usable value of an input is held. */
export const HOLD_STEPS = 10
/** How far outside of what was learned an input may lie, as a part of its range. */
const MARGIN = 0.05

export interface StepModel {
  readonly sensor: SoftSensor
  readonly lows: ArrayLike<number>
  readonly highs: ArrayLike<number>
}

/** What a soft sensor tells for a step. */
export interface ToldStep {
  /** NaN is "no value". */
  readonly value: number
  readonly status: StatusCode
  /** Places of inputs without a value of their own in this step, and of those outside of what was learned. */
  readonly missing: readonly number[]
  readonly outside: readonly number[]
}

/**
 * Tells the step at place `at` from input columns in even steps (NaN is missing). A missing input is held for some steps, which makes the value uncertain, as does an input outside of what was learned;
 * with an input that is missing for longer there is no value.
 */
export function tellStep({ sensor, lows, highs }: StepModel, inputs: readonly Float64Array[], at: number): ToldStep {
  const missing: number[] = []
  const outside: number[] = []
  const row = new Float64Array(inputs.length)
  let isHeld = true
  for (const [place, column] of inputs.entries()) {
    let back = 0
    while (back <= HOLD_STEPS && !Number.isFinite(column[at - back])) back++
    if (back > 0) missing.push(place)
    if (back > HOLD_STEPS) {
      isHeld = false
      continue
    }
    const value = column[at - back] as number
    row[place] = value
    const [low, high] = [lows[place] as number, highs[place] as number]
    const margin = MARGIN * (high - low)
    if (value < low - margin || value > high + margin) outside.push(place)
  }
  if (!isHeld) return { value: Number.NaN, status: Status.badNoData, missing, outside }
  const value = sensor.predict(row)
  if (!Number.isFinite(value)) return { value: Number.NaN, status: Status.badNoData, missing, outside }
  return { value, status: missing.length > 0 ? Status.uncertainLastUsable : outside.length > 0 ? Status.uncertain : Status.good, missing, outside }
}
