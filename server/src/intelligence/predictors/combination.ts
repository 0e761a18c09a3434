import type { Forecaster } from './forecaster.ts'

/** The mean of what several forecasters tell (Bates and Granger 1969, "The combination of forecasts"): their errors partly cancel. Undefined when one of them is missing. */
export function combination(members: readonly (Forecaster | undefined)[]): Forecaster | undefined {
  const present = members.filter((member) => member !== undefined)
  if (present.length < members.length || present.length === 0) return undefined
  return {
    needs: Math.max(...present.map(({ needs }) => needs)),
    forecast: (past, steps) => {
      const sum = new Float64Array(steps)
      for (const member of present) for (const [step, value] of member.forecast(past, steps).entries()) sum[step] = (sum[step] as number) + value / present.length
      return sum
    },
  }
}
