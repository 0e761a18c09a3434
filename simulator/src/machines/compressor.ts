import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import { relaxation } from '../physics/thermal.ts'
import type { Weather } from '../physics/weather.ts'
import { contact, counted, measured, shown } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { unitOutputs } from './unit-outputs.ts'

/** What a screw compressor is built for. */
export interface CompressorDesign {
  readonly ratedW: number
  /** Free air delivered at full speed and 7 bar, m3/s. */
  readonly capacity: number
  readonly variable: boolean
  /** Base-load machines load below the first and unload above the second pressure, bar. */
  readonly loadBar: number
  readonly unloadBar: number
}

/** Shaft power of the air end at 7 bar per m3/s of free air: 6.1 kW per m3/min. */
const SPECIFIC_W = 6.1 * 60_000
const UNLOADED_SHARE = 0.24
const LEAST_SPEED = 0.25
/** Stored oil heat after which the intake filter of a sound machine is changed, m3 of air. */
const FILTER_M3 = 900_000

/** An oil-injected screw compressor: base load (on, unloaded) or variable speed. */
export class ScrewCompressor extends PlantMachine {
  readonly type = 'screw_compressor'
  readonly words
  override readonly properties
  readonly unit: RotatingUnit
  override readonly units
  /** `clogged`: dust on the intake filter. */
  override readonly defects = { clogged: 0 }
  readonly design: CompressorDesign
  readonly state
  readonly outputs
  readonly #weather: Weather

  constructor(path: string, index: number, design: CompressorDesign, seed: number, weather: Weather) {
    super(path)
    this.design = design
    this.#weather = weather
    this.words = { en: `Screw compressor ${index}`, zh: `${index}号螺杆空压机` }
    this.properties = { maker: 'Kaishan', rated_kw: design.ratedW / 1000, capacity_m3_min: design.capacity * 60, variable_speed: design.variable, bearing: BEARINGS['6316'].model }
    this.unit = new RotatingUnit({ ratedW: design.ratedW, ratedRpm: 2970, bearing: BEARINGS['6316'], vibrationMmS: 1.9, blades: 5 }, seed, path)
    this.units = { '': this.unit }
    this.state = { loaded: false, share: 0, speed: design.variable ? 0.6 : 1, flow: 0, oilC: 70, outletC: 75, loadedS: 0, filterM3: 0.3 * FILTER_M3, compressionW: 0, dischargePa: 7e5, air: 0, unit: this.unit.state }
    const state = this.state
    this.outputs = [
      ...unitOutputs(this.unit),
      measured('discharge_pressure', 'bar', [0, 12], { en: 'Discharge pressure', zh: '排气压力' }, SENSORS.pressure, () => state.dischargePa / 1e5),
      measured('delivered_flow', 'm3/min', [0, 12], { en: 'Free air delivered', zh: '排气量' }, SENSORS.flow, () => state.flow * 60),
      measured('discharge_temperature', 'Cel', [0, 130], { en: 'Air-end discharge temperature', zh: '排气温度' }, SENSORS.temperature, () => state.outletC),
      measured('oil_temperature', 'Cel', [0, 120], { en: 'Oil temperature', zh: '油温' }, SENSORS.temperature, () => state.oilC),
      measured('intake_filter_dp', 'mbar', [0, 120], { en: 'Intake filter differential pressure', zh: '进气滤芯压差' }, SENSORS.pressure, () => this.filterLossPa() / 100),
      measured('specific_power', 'kW.min/m3', [0, 20], { en: 'Electrical power per free air', zh: '比功率' }, SENSORS.command, () => (state.share > 0.9 && state.flow > 0.005 ? this.unit.state.electricalW / 60_000 / state.flow : 0)),
      contact('loaded', { en: 'Loaded', zh: '加载' }, () => state.share > 0.5),
      counted('loaded_hours', 'h', { en: 'Loaded hours', zh: '加载小时数' }, () => state.loadedS / 3600, 0.1),
      shown('state', { en: 'Machine state', zh: '设备状态' }, () => (state.speed === 0 ? 'idle' : state.share > 0.5 ? 'execute' : 'unloaded')),
    ]
  }

  /** Pressure lost at the intake filter now, Pa. */
  filterLossPa(): number {
    const dirt = (this.state.filterM3 % FILTER_M3) / FILTER_M3
    const share = this.state.flow / this.design.capacity
    return 2_200 * (1 + 0.8 * dirt + 3 * this.defects.clogged) * share * share
  }

  /** Free air that it can deliver at full speed now: thin air behind a dirty filter is less. */
  capacity(): number {
    const dirt = (this.state.filterM3 % FILTER_M3) / FILTER_M3
    return this.design.capacity * (1 - 0.02 * dirt - 0.12 * this.defects.clogged)
  }

  /** Takes what the station let it do in the step: mean flow, share of the time loaded, and speed. */
  carry(flow: number, share: number, speed: number, dischargePa: number): void {
    this.state.flow = flow
    this.state.share = share
    this.state.speed = speed
    this.state.dischargePa = dischargePa
  }

  override powerW(): number {
    return this.unit.state.electricalW
  }

  step({ timeS, dtS }: Step): void {
    const { state, design } = this
    const ratio = (state.dischargePa + 101_325 + this.filterLossPa()) / 101_325
    const work = SPECIFIC_W * (Math.log(ratio) / Math.log(8)) * (design.variable ? 1 + 0.07 * (1 - state.speed) : 1)
    const idle = UNLOADED_SHARE * design.ratedW * (1 - state.share) * (state.speed > 0 ? 1 : 0)
    const intake = this.#weather.hallC
    state.compressionW = state.flow * work * (1 + 0.0012 * (intake - 20)) + idle
    this.unit.step(timeS, dtS, state.speed * this.unit.design.ratedRpm, state.compressionW, intake + 4)
    const load = state.compressionW / design.ratedW
    state.oilC += (intake + 22 + 28 * load - state.oilC) * relaxation(dtS, 700)
    state.outletC += (state.oilC + 14 * load - state.outletC) * relaxation(dtS, 60)
    state.loadedS += state.share * dtS
    state.filterM3 += state.flow * dtS
  }

  /** Speed of a variable machine for a flow, or 0 below what it can run at. */
  speedFor(flow: number): number {
    const speed = flow / this.capacity()
    return speed >= 1 ? 1 : speed < LEAST_SPEED ? LEAST_SPEED : speed
  }
}
