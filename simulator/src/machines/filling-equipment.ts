import type { Step } from '../plant/machine.ts'
import { SmoothNoise } from '../physics/smooth-noise.ts'
import type { Weather } from '../physics/weather.ts'
import { measured, type Output } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { Equipment } from './packaging-machine.ts'
import type { PackagingLine } from './packaging-line.ts'

const NOZZLES = [1, 2, 3, 4, 5, 6, 7, 8] as const
const LITRES_FULL = 600

/** Eight filling nozzles below a product tank. Oil that is warmer runs faster: the weights follow temperature and head. */
export class FillingNozzles implements Equipment {
  readonly state = { tankL: 450, productC: 24, meanG: 870 }
  readonly outputs: readonly Output[]
  readonly #line: PackagingLine
  readonly #weather: Weather
  readonly #wander: readonly SmoothNoise[]
  #timeS = 0

  constructor(line: PackagingLine, weather: Weather, seed: number, path: string) {
    this.#line = line
    this.#weather = weather
    this.#wander = NOZZLES.map((nozzle) => new SmoothNoise(seed, `${path}:nozzle${nozzle}`, 900))
    const { state } = this
    this.outputs = [
      ...NOZZLES.map((nozzle) => measured(`nozzle${nozzle}_weight`, 'g', [0, 2500], { en: `Weight filled by nozzle ${nozzle}`, zh: `${nozzle}号灌装头灌装量` }, SENSORS.weight, () => this.weightG(nozzle - 1))),
      measured('fill_target', 'g', [0, 2500], { en: 'Weight asked', zh: '灌装量设定' }, SENSORS.command, () => line.product.fillG),
      measured('tank_level', '%', [0, 100], { en: 'Product tank level', zh: '料罐液位' }, SENSORS.level, () => (100 * state.tankL) / LITRES_FULL),
      measured('product_temperature', 'Cel', [0, 60], { en: 'Product temperature', zh: '物料温度' }, SENSORS.temperature, () => state.productC),
      measured('product_pressure', 'bar', [0, 4], { en: 'Pressure at the nozzles', zh: '灌装压力' }, SENSORS.pressure, () => 1.2 + 0.25 * (state.tankL / LITRES_FULL)),
    ]
  }

  /** Weight that one nozzle (0…7) gives now, g. */
  weightG(nozzle: number): number {
    return this.state.meanG + 1.2 * (this.#wander[nozzle]?.at(this.#timeS) ?? 0)
  }

  step({ timeS, dtS }: Step, bottles: number): void {
    const { state } = this
    const { fillG, viscosity } = this.#line.product
    this.#timeS = timeS
    state.tankL -= (bottles * fillG) / 880
    state.tankL += Math.min(8 * dtS, Math.max(0, 450 - state.tankL))
    state.tankL = Math.max(40, state.tankL)
    state.productC += (this.#weather.hallC + 3 - state.productC) * -Math.expm1(-dtS / 7200)
    state.meanG = fillG * (1.003 + (0.00022 * (state.productC - 24)) / viscosity + 0.002 * (state.tankL / LITRES_FULL - 0.75))
  }
}

/** The scale behind the filler: mean and spread of the last bottles, and what it pushes out. */
export class WeighCell implements Equipment {
  readonly state = { meanG: 870, spreadG: 2.4 }
  readonly outputs: readonly Output[]
  readonly #nozzles: FillingNozzles
  readonly #line: PackagingLine
  readonly #noise: SmoothNoise

  constructor(line: PackagingLine, nozzles: FillingNozzles, seed: number, path: string) {
    this.#line = line
    this.#nozzles = nozzles
    this.#noise = new SmoothNoise(seed, `${path}:scale`, 300)
    const { state } = this
    this.outputs = [
      measured('mean_weight', 'g', [0, 2500], { en: 'Mean weight of the last bottles', zh: '平均重量' }, SENSORS.weight, () => state.meanG),
      measured('weight_spread', 'g', [0, 20], { en: 'Standard deviation of the weights', zh: '重量标准差' }, SENSORS.analysis, () => state.spreadG),
    ]
  }

  step({ timeS, dtS }: Step): void {
    this.state.meanG += (this.#nozzles.state.meanG - this.state.meanG) * -Math.expm1(-dtS / 30)
    this.state.spreadG = 2.4 + 0.25 * this.#noise.at(timeS)
  }

  rejects() {
    const { fillG } = this.#line.product
    const tolerance = 0.015 * fillG
    const off = this.state.meanG - fillG
    return [
      { cause: 'underweight' as const, share: tail((tolerance + off) / this.state.spreadG) },
      { cause: 'overweight' as const, share: tail((tolerance - off) / this.state.spreadG) },
    ]
  }
}

/** Share of a normal distribution beyond `z` deviations (logistic approximation, error below 0.01). */
function tail(z: number): number {
  return 1 / (1 + Math.exp(1.702 * z))
}
