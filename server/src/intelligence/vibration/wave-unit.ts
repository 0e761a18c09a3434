/** What a waveform measures, and the factor that brings it to m/s² or to mm/s. */
export type WaveUnit = { readonly quantity: 'acceleration' | 'velocity'; readonly factor: number } | { readonly quantity: 'other' }

/** Units (UCUM) of vibration. */
const UNITS: Readonly<Record<string, WaveUnit>> = {
  'm/s2': { quantity: 'acceleration', factor: 1 },
  'mm/s2': { quantity: 'acceleration', factor: 0.001 },
  '[g]': { quantity: 'acceleration', factor: 9.80665 },
  'm[g]': { quantity: 'acceleration', factor: 0.00980665 },
  'mm/s': { quantity: 'velocity', factor: 1 },
  'm/s': { quantity: 'velocity', factor: 1_000 },
}

/** Of a unit that is no vibration's, features are still computed, but no velocity. */
export function waveUnit(unit: string | undefined): WaveUnit {
  return (unit === undefined ? undefined : UNITS[unit]) ?? { quantity: 'other' }
}

/** Turns a second of a speed in this unit (UCUM); undefined for what is no speed of a shaft. */
export function turnsPerSecond(unit: string | undefined): number | undefined {
  if (unit === undefined) return undefined
  if (['1/min', '/min', 'r/min', '{rpm}', '{r}/min', '{rev}/min', 'rpm'].includes(unit)) return 1 / 60
  return ['Hz', '1/s', '/s', '{r}/s', '{rev}/s'].includes(unit) ? 1 : undefined
}
