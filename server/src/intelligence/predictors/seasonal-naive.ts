import { type Forecaster, withoutGaps } from './forecaster.ts'

/** What was a season ago comes again: the champion that every other forecast has to beat (Hyndman and Athanasopoulos, Forecasting, 5.2). */
export function seasonalNaive(season: number): Forecaster {
  return {
    needs: season,
    forecast: (past, steps) => {
      const whole = withoutGaps(past)
      const length = Math.min(season, Math.max(1, whole.length))
      return Float64Array.from({ length: steps }, (_, step) => whole[whole.length - length + (step % length)] ?? 0)
    },
  }
}
