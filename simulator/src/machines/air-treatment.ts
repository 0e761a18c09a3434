import { PlantMachine, type Step } from '../plant/machine.ts'
import { relaxation } from '../physics/thermal.ts'
import type { Weather } from '../physics/weather.ts'
import { contact, counted, measured } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { AirStation } from './air-station.ts'

/** Free air that a fresh element lasts for, m3. */
const ELEMENT_M3 = 1_200_000
const RATED_FLOW = 0.25

/** The fine filter behind the dryer. */
export class AirFilter extends PlantMachine {
  readonly type = 'air_filter'
  readonly words = { en: 'Compressed air fine filter', zh: '压缩空气精密过滤器' }
  override readonly properties = { grade: 'ISO 8573-1 class 1:-:1' }
  /** `clogged`: the element is full of oil and dust. */
  override readonly defects = { clogged: 0 }
  readonly state = { loadedM3: 0.4 * ELEMENT_M3, flow: 0, inletPa: 7e5 }
  readonly outputs = [
    measured('differential_pressure', 'mbar', [0, 800], { en: 'Differential pressure', zh: '压差' }, SENSORS.pressure, () => this.lossPa() / 100),
    measured('inlet_pressure', 'bar', [0, 10], { en: 'Inlet pressure', zh: '进口压力' }, SENSORS.pressure, () => this.state.inletPa / 1e5),
    measured('outlet_pressure', 'bar', [0, 10], { en: 'Outlet pressure', zh: '出口压力' }, SENSORS.pressure, () => (this.state.inletPa - this.lossPa()) / 1e5),
    counted('element_volume', 'm3', { en: 'Free air through the element', zh: '滤芯累计流量' }, () => this.state.loadedM3),
  ]
  readonly #station: AirStation

  constructor(path: string, station: AirStation) {
    super(path)
    this.#station = station
  }

  /** Pressure lost in the element now, Pa. */
  lossPa(): number {
    const share = this.state.flow / RATED_FLOW
    return 9_000 * (1 + 1.5 * (this.state.loadedM3 / ELEMENT_M3) + 7 * this.defects.clogged) * share * share + 800 * share
  }

  step({ dtS }: Step): void {
    const { used, leaked, pressurePa } = this.#station.state
    this.state.flow = used + leaked
    this.state.inletPa = pressurePa
    this.state.loadedM3 = (this.state.loadedM3 + this.state.flow * dtS) % ELEMENT_M3
  }
}

/** A refrigerant dryer: the more air and the warmer the hall, the higher its dew point. */
export class AirDryer extends PlantMachine {
  readonly type = 'refrigerant_dryer'
  readonly words = { en: 'Refrigerant air dryer', zh: '冷冻式干燥机' }
  override readonly properties = { refrigerant: 'R513A', rated_kw: 2.4 }
  readonly state = { dewPointC: 3, evaporatorBar: 3.4, condenserBar: 11, inletC: 30, powerW: 1600, condensateL: 0, energyJ: 0 }
  readonly outputs = [
    measured('dew_point', 'Cel', [-10, 30], { en: 'Pressure dew point', zh: '压力露点' }, SENSORS.analysis, () => this.state.dewPointC),
    measured('inlet_temperature', 'Cel', [0, 80], { en: 'Inlet temperature', zh: '进口温度' }, SENSORS.temperature, () => this.state.inletC),
    measured('evaporator_pressure', 'bar', [0, 10], { en: 'Refrigerant evaporating pressure', zh: '蒸发压力' }, SENSORS.pressure, () => this.state.evaporatorBar),
    measured('condenser_pressure', 'bar', [0, 30], { en: 'Refrigerant condensing pressure', zh: '冷凝压力' }, SENSORS.pressure, () => this.state.condenserBar),
    measured('power', 'kW', [0, 5], { en: 'Electrical power', zh: '电功率' }, SENSORS.electrical, () => this.state.powerW / 1000),
    counted('condensate', 'L', { en: 'Condensate drained', zh: '累计冷凝水' }, () => this.state.condensateL, 0.1),
    contact('running', { en: 'Running', zh: '运行' }, () => this.state.powerW > 500),
  ]
  readonly #station: AirStation
  readonly #weather: Weather

  constructor(path: string, station: AirStation, weather: Weather) {
    super(path)
    this.#station = station
    this.#weather = weather
  }

  override powerW(): number {
    return this.state.powerW
  }

  step({ dtS }: Step): void {
    const state = this.state
    const { used, leaked } = this.#station.state
    const load = (used + leaked) / RATED_FLOW
    const hallC = this.#weather.hallC
    state.inletC += (hallC + 8 + 8 * load - state.inletC) * relaxation(dtS, 400)
    const goal = 2.5 + 2.2 * load + 0.12 * (hallC - 20)
    state.dewPointC += (goal - state.dewPointC) * relaxation(dtS, 500)
    state.evaporatorBar = 3.1 + 0.12 * state.dewPointC
    state.condenserBar = 9.5 + 0.22 * (hallC - 15) + 1.5 * load
    state.powerW = 900 + 1100 * load + 18 * Math.max(0, hallC - 15)
    state.energyJ += state.powerW * dtS
    state.condensateL += load * 0.0006 * (0.4 + this.#weather.humidity) * dtS
  }
}
