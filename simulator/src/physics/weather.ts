import { SmoothNoise } from './smooth-noise.ts'

/** A place's climate: yearly mean and swing of the daily mean temperature, and the swing of a day. */
export interface Climate {
  readonly meanC: number
  readonly yearSwingC: number
  readonly daySwingC: number
  readonly humidity: number
}

/** Climates of the two sites (monthly normals of the China Meteorological Administration, rounded). */
export const CLIMATES = {
  tianjin: { meanC: 13, yearSwingC: 15.5, daySwingC: 4.2, humidity: 0.6 },
  suzhou: { meanC: 17, yearSwingC: 12.5, daySwingC: 3.4, humidity: 0.74 },
} as const satisfies Record<string, Climate>

const YEAR_S = 365.2425 * 86_400
/** Middle of January, when both places are coldest, seconds after New Year. */
const COLDEST_S = 17 * 86_400
/** Both sites keep China Standard Time, UTC+8 without summer time. */
export const LOCAL_OFFSET_S = 8 * 3600

/** Outdoor air as a function of time alone: season, day, and fronts that pass. */
export class Weather {
  temperatureC = 0
  humidity = 0
  pressurePa = 101_325
  wetBulbC = 0
  /** Inside an unconditioned hall: warmer than outside in winter, close to it in summer. */
  hallC = 20
  readonly #climate: Climate
  readonly #fronts: SmoothNoise
  readonly #gusts: SmoothNoise
  readonly #barometer: SmoothNoise

  constructor(climate: Climate, seed: number, name: string) {
    this.#climate = climate
    this.#fronts = new SmoothNoise(seed, `${name}:fronts`, 3 * 86_400)
    this.#gusts = new SmoothNoise(seed, `${name}:gusts`, 3 * 3600)
    this.#barometer = new SmoothNoise(seed, `${name}:barometer`, 2 * 86_400)
  }

  update(timeS: number): void {
    const climate = this.#climate
    const season = -Math.cos((2 * Math.PI * (timeS - COLDEST_S)) / YEAR_S)
    const hour = ((timeS + LOCAL_OFFSET_S) % 86_400) / 3600
    const day = Math.cos((2 * Math.PI * (hour - 15)) / 24)
    const front = this.#fronts.at(timeS)
    this.temperatureC = climate.meanC + climate.yearSwingC * season + climate.daySwingC * day + 2.2 * front + 0.5 * this.#gusts.at(timeS)
    const humidity = climate.humidity + 0.08 * season - 0.12 * day - 0.04 * front
    this.humidity = humidity < 0.15 ? 0.15 : humidity > 0.98 ? 0.98 : humidity
    this.pressurePa = 101_600 - 900 * season + 500 * this.#barometer.at(timeS)
    this.wetBulbC = wetBulb(this.temperatureC, this.humidity * 100)
    this.hallC = 21 + 0.42 * (this.temperatureC - 18) + 0.8 * day
  }
}

/** Wet-bulb temperature at sea level (Stull, J. Appl. Meteorol. Climatol. 50 (2011), eq. 1), error below 1 K. */
export function wetBulb(temperatureC: number, humidityPercent: number): number {
  const rh = humidityPercent
  return (
    temperatureC * Math.atan(0.151977 * Math.sqrt(rh + 8.313659)) +
    Math.atan(temperatureC + rh) -
    Math.atan(rh - 1.676331) +
    0.00391838 * Math.pow(rh, 1.5) * Math.atan(0.023101 * rh) -
    4.686035
  )
}
