import { PlantMachine, type Step } from '../plant/machine.ts'
import { SmoothNoise } from '../physics/smooth-noise.ts'
import { counted, measured, type Words } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'

/** Anything that draws electrical power. */
export interface PowerUser {
  powerW(): number
}

/** What a meter stands before. */
export interface MeterDuty {
  readonly words: Words
  readonly users: readonly PowerUser[]
  /** Lights, offices and sockets behind the meter, W at a local hour. */
  readonly baseW: number
  readonly ratedW: number
  /** The transformer's losses that are behind this meter, as a share of the power; 0 for none. */
  readonly lossShare: number
}

const DEMAND_S = 900

/** An energy meter: what it shows is the sum of what is behind it. */
export class PowerMeter extends PlantMachine {
  readonly type = 'energy_meter'
  readonly words: Words
  override readonly properties = { class: 'IEC 62053-22 0.5S' }
  readonly duty: MeterDuty
  readonly state = { activeW: 0, reactiveVar: 0, energyJ: 0, reactiveJ: 0, demandJ: 0, demandW: 0, demandStartS: 0, volts: 400, unbalance: 0, hertz: 50 }
  readonly outputs
  readonly #grid: SmoothNoise
  readonly #flicker: SmoothNoise
  readonly #uneven: SmoothNoise

  constructor(path: string, duty: MeterDuty, site: { readonly seed: number; readonly name: string }) {
    super(path)
    this.duty = duty
    this.words = duty.words
    this.#grid = new SmoothNoise(site.seed, `${site.name}:grid`, 1800)
    this.#flicker = new SmoothNoise(site.seed, `${site.name}:frequency`, 20)
    this.#uneven = new SmoothNoise(site.seed, `${path}:uneven`, 600)
    const state = this.state
    const kilowatts = Math.ceil((1.3 * duty.ratedW) / 100_000) * 100
    const phase = (share: number) => () => (this.apparentVa() / (Math.sqrt(3) * state.volts)) * (1 + share * state.unbalance)
    const amperes: readonly [number, number] = [0, Math.ceil(((1.5 * duty.ratedW) / 692) / 100) * 100]
    const voltage = (share: number) => () => state.volts / Math.sqrt(3) * (1 + 0.1 * share * state.unbalance)
    this.outputs = [
      measured('active_power', 'kW', [0, kilowatts], { en: 'Active power', zh: '有功功率' }, SENSORS.electrical, () => state.activeW / 1000),
      measured('reactive_power', 'kV.A', [0, kilowatts], { en: 'Reactive power', zh: '无功功率' }, SENSORS.electrical, () => state.reactiveVar / 1000),
      measured('power_factor', '1', [0, 1], { en: 'Power factor', zh: '功率因数' }, { ...SENSORS.electrical, noise: 0 }, () => state.activeW / Math.max(1, this.apparentVa())),
      measured('current_l1', 'A', amperes, { en: 'Current, phase 1', zh: 'A相电流' }, SENSORS.electrical, phase(1)),
      measured('current_l2', 'A', amperes, { en: 'Current, phase 2', zh: 'B相电流' }, SENSORS.electrical, phase(-0.6)),
      measured('current_l3', 'A', amperes, { en: 'Current, phase 3', zh: 'C相电流' }, SENSORS.electrical, phase(-0.4)),
      measured('voltage_l1', 'V', [200, 260], { en: 'Voltage, phase 1', zh: 'A相电压' }, SENSORS.electrical, voltage(-1)),
      measured('voltage_l2', 'V', [200, 260], { en: 'Voltage, phase 2', zh: 'B相电压' }, SENSORS.electrical, voltage(0.6)),
      measured('voltage_l3', 'V', [200, 260], { en: 'Voltage, phase 3', zh: 'C相电压' }, SENSORS.electrical, voltage(0.4)),
      measured('frequency', 'Hz', [49, 51], { en: 'Grid frequency', zh: '电网频率' }, SENSORS.electrical, () => state.hertz),
      measured('demand', 'kW', [0, kilowatts], { en: 'Mean power of the last full quarter of an hour', zh: '15分钟需量' }, SENSORS.command, () => state.demandW / 1000),
      counted('energy', 'kW.h', { en: 'Active energy', zh: '有功电能' }, () => state.energyJ / 3.6e6, 0.1),
      counted('reactive_energy', 'kV.A.h', { en: 'Reactive energy', zh: '无功电能' }, () => state.reactiveJ / 3.6e6, 0.1),
    ]
  }

  override powerW(): number {
    return this.state.activeW
  }

  apparentVa(): number {
    return Math.hypot(this.state.activeW, this.state.reactiveVar)
  }

  step({ timeS, dtS }: Step): void {
    const { users, baseW, lossShare, ratedW } = this.duty
    const state = this.state
    let sum = 0
    for (const user of users) sum += user.powerW()
    const hour = ((timeS + 8 * 3600) % 86_400) / 3600
    state.activeW = (sum + baseW * (hour >= 7 && hour < 19 ? 1 : 0.45)) * (1 + lossShare)
    state.reactiveVar = 0.3 * state.activeW + 0.015 * ratedW
    state.energyJ += state.activeW * dtS
    state.reactiveJ += state.reactiveVar * dtS
    state.demandJ += state.activeW * dtS
    if (Math.floor(timeS / DEMAND_S) !== Math.floor((timeS - dtS) / DEMAND_S)) {
      if (state.demandStartS > 0) state.demandW = state.demandJ / (timeS - state.demandStartS)
      state.demandJ = 0
      state.demandStartS = timeS
    }
    state.volts = 402 + 2.4 * this.#grid.at(timeS)
    state.hertz = 50 + 0.02 * this.#flicker.at(timeS)
    state.unbalance = 0.03 + 0.008 * this.#uneven.at(timeS)
  }
}
