import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import type { Weather } from '../physics/weather.ts'
import { contact, measured, type Words } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { BeltDrive } from './belt-drive.ts'
import { unitOutputs } from './unit-outputs.ts'

const RATED_W = 15_000
const RPM = 1460
const RATED_FLOW = 4.2
const FILTER_LIFE_S = 40 * 86_400

/** What a fan draws. */
export interface FanPlace {
  readonly words: Words
  /** Speed asked, share of the most. */
  readonly speed: () => number
  readonly weather: Weather
  readonly seed: number
}

/** A belt-driven exhaust fan behind a filter: fan laws for pressure and power, the filter's loss with the square of flow. */
export class ExhaustFan extends PlantMachine {
  readonly type = 'exhaust_fan'
  readonly words: Words
  override readonly properties = { motor_kw: RATED_W / 1000, flow_m3_h: RATED_FLOW * 3600, bearing: BEARINGS['6312'].model }
  readonly unit: RotatingUnit
  override readonly units
  readonly belt = new BeltDrive(0.9)
  override readonly defects: { beltSlip: number; clogged: number } = Object.assign(this.belt.defects, { clogged: 0 })
  readonly state
  readonly outputs
  readonly #place: FanPlace

  constructor(path: string, place: FanPlace) {
    super(path)
    this.#place = place
    this.words = place.words
    this.unit = new RotatingUnit({ ratedW: RATED_W, ratedRpm: RPM, bearing: BEARINGS['6312'], vibrationMmS: 1.7, blades: 10 }, place.seed, path)
    this.units = { '': this.unit }
    this.state = { belt: this.belt.state, unit: this.unit.state, flow: 0, filterPa: 0, suctionPa: 0, dirt: 0.35 }
    const { state } = this
    this.outputs = [
      ...unitOutputs(this.unit),
      ...this.belt.outputs('impeller', 'wheel'),
      measured('air_flow', 'm3/h', [0, 20_000], { en: 'Extracted air', zh: '抽风量' }, SENSORS.flow, () => state.flow * 3600),
      measured('filter_dp', 'Pa', [0, 3000], { en: 'Filter differential pressure', zh: '过滤器压差' }, SENSORS.pressure, () => state.filterPa),
      measured('duct_pressure', 'Pa', [-3000, 0], { en: 'Duct pressure', zh: '风管负压' }, SENSORS.pressure, () => -state.suctionPa),
      measured('speed_setpoint', '%', [0, 100], { en: 'Speed asked', zh: '转速设定' }, SENSORS.command, () => 100 * place.speed()),
      contact('running', { en: 'Running', zh: '运行' }, () => this.unit.state.rpm > 0),
    ]
  }

  override powerW(): number {
    return this.unit.state.electricalW
  }

  step({ timeS, dtS }: Step): void {
    const { state } = this
    const speed = this.#place.speed()
    const wheel = this.belt.step(speed * RPM, dtS) / (RPM * this.belt.ratio)
    // Fan: 2600 Pa at no flow falling with flow^2; system: filter and ducts, both with flow^2.
    const filter = 420 * (1 + 1.2 * state.dirt + 5 * this.defects.clogged)
    const ducts = 900
    const share = wheel * Math.sqrt(2600 / (filter + ducts + 900))
    state.flow = RATED_FLOW * share
    state.filterPa = filter * share * share
    state.suctionPa = (filter + ducts) * share * share
    const fanW = speed > 0 ? (state.flow * 2600 * (wheel * wheel - 0.3 * share * share)) / 0.74 + 600 * wheel : 0
    this.unit.step(timeS, dtS, speed * RPM, fanW + this.belt.lossW(RATED_W, speed), this.#place.weather.hallC)
    state.dirt = state.dirt > 1 ? 0 : state.dirt + (dtS / FILTER_LIFE_S) * speed
  }
}
