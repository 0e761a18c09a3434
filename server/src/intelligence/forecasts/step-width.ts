import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'

/** Steps of a forecast at most. */
export const MOST_FORECAST_STEPS = 64

/** Widths of a step that people know. */
const WIDTHS_US: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * US_PER_SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * US_PER_MINUTE),
  ...[1, 2, 4, 6, 12].map((count) => count * US_PER_HOUR),
  ...[1, 2, 7].map((count) => count * US_PER_DAY),
]

/** The narrowest known width with which a horizon has at most {@link MOST_FORECAST_STEPS} steps, and how many it then has. */
export function stepsOf(horizonUs: number): { readonly everyUs: number; readonly steps: number } {
  const everyUs = WIDTHS_US.find((width) => horizonUs / width <= MOST_FORECAST_STEPS) ?? 7 * US_PER_DAY
  return { everyUs, steps: Math.max(1, Math.min(MOST_FORECAST_STEPS, Math.ceil(horizonUs / everyUs))) }
}
