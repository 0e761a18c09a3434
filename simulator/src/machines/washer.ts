import type { AirUser } from './air-station.ts'
import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import { HeatedZone } from '../physics/heated-zone.ts'
import { RandomStream } from '../physics/random.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import type { Weather } from '../physics/weather.ts'
import type { PartQueue } from '../production/part-queue.ts'
import { idleStation, rest, stationOutputs } from '../production/station.ts'
import { counted, measured } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { MachiningLine } from './machining-line.ts'
import { unitOutputs } from './unit-outputs.ts'
import { zoneOutputs } from './zone-outputs.ts'

const CYCLE_S = 32
const BATH_SETPOINT_C = 62
/** Below this the detergent no longer takes the oil off. */
const CLEANS_FROM_C = 52
const PART_HEAT_J = 95_000
const FILTER_LIFE_PARTS = 5_000

/** Where the washer stands. */
export interface WasherPlace {
  readonly line: MachiningLine
  readonly from: PartQueue
  readonly to: PartQueue
  readonly weather: Weather
  readonly seed: number
}

/** A spray washer: heated bath, spray pump, filter, hot-air dryer. A cold bath leaves residue on the parts. */
export class Washer extends PlantMachine implements AirUser {
  readonly type = 'spray_washer'
  readonly words = { en: 'Spray washer', zh: '喷淋清洗机' }
  override readonly properties = { maker: 'Langfang Clean', bath_l: 800, heater_kw: 36, bearing: BEARINGS['6308'].model }
  readonly unit: RotatingUnit
  override readonly units
  readonly bath = new HeatedZone({ mass: { capacity: 3.35e6, resistance: 1 / 160 }, heaterW: 36_000, gains: { gain: 0.25, integralS: 900, derivativeS: 0 } }, BATH_SETPOINT_C - 2)
  readonly drying = new HeatedZone({ mass: { capacity: 9e4, resistance: 1 / 110 }, heaterW: 14_000, gains: { gain: 0.02, integralS: 240, derivativeS: 0 } }, 60)
  override readonly zones = { bath: this.bath, drying: this.drying }
  /** `clogged`: chips and oil fill the bath's filter. */
  override readonly defects = { clogged: 0 }
  readonly state
  readonly outputs
  readonly #place: WasherPlace
  readonly #random: RandomStream

  constructor(path: string, place: WasherPlace) {
    super(path)
    this.#place = place
    this.#random = new RandomStream(place.seed, `${path}:parts`)
    this.unit = new RotatingUnit({ ratedW: 5_500, ratedRpm: 2900, bearing: BEARINGS['6308'], vibrationMmS: 1.5, blades: 5 }, place.seed, path)
    this.units = { pump: this.unit }
    this.state = {
      station: idleStation(), sinceS: 0, washed: 0, dirt: 0.2, levelM: 0.75, concentration: 3.2, waterL: 0, energyJ: 0,
      unit: this.unit.state, bath: this.bath.state, drying: this.drying.state,
    }
    const state = this.state
    this.outputs = [
      ...unitOutputs(this.unit, 'pump'),
      ...zoneOutputs(this.bath, 'bath', { en: 'Bath', zh: '清洗槽' }, () => this.#setpoint(BATH_SETPOINT_C), 100),
      ...zoneOutputs(this.drying, 'drying', { en: 'Drying air', zh: '烘干' }, () => this.#setpoint(95), 200),
      measured('spray_pressure', 'bar', [0, 10], { en: 'Spray pressure', zh: '喷淋压力' }, SENSORS.pressure, () => this.sprayBar()),
      measured('filter_dp', 'bar', [0, 4], { en: 'Filter differential pressure', zh: '过滤器压差' }, SENSORS.pressure, () => this.filterLossBar()),
      measured('bath_level', 'm', [0, 1], { en: 'Bath level', zh: '液位' }, SENSORS.level, () => state.levelM),
      measured('concentration', '%', [0, 8], { en: 'Detergent concentration', zh: '清洗剂浓度' }, SENSORS.analysis, () => state.concentration),
      measured('conductivity', 'mS/cm', [0, 20], { en: 'Bath conductivity', zh: '电导率' }, SENSORS.analysis, () => 2.1 * state.concentration + 2.2 * state.dirt),
      measured('power', 'kW', [0, 80], { en: 'Electrical power', zh: '电功率' }, SENSORS.electrical, () => this.powerW() / 1000),
      counted('energy', 'kW.h', { en: 'Electrical energy', zh: '电能' }, () => state.energyJ / 3.6e6, 0.1),
      counted('water', 'L', { en: 'Fresh water', zh: '补水量' }, () => state.waterL),
      counted('part_count', '1', { en: 'Parts washed', zh: '清洗件数' }, () => state.washed),
      ...stationOutputs(state.station),
    ]
  }

  /** The heaters keep the bath warm through breaks, and are off when no shift is worked. */
  #setpoint(setpointC: number): number | undefined {
    return this.#place.line.state.station.mode === 'stopped' ? undefined : setpointC
  }

  filterLossBar(): number {
    return this.unit.state.rpm > 0 ? 0.15 + 0.4 * this.state.dirt + 2.2 * this.defects.clogged : 0
  }

  sprayBar(): number {
    return this.unit.state.rpm > 0 ? 5.6 - this.filterLossBar() : 0
  }

  airFlow(): number {
    return this.state.station.mode === 'execute' ? 0.009 : 0.0005
  }

  override powerW(): number {
    return this.unit.state.electricalW + this.bath.state.heatW + this.drying.state.heatW + 450
  }

  step(step: Step): void {
    const { state } = this
    const { weather } = this.#place
    const wet = this.#wash(step)
    const sprays = state.station.mode === 'execute' || state.station.mode === 'suspended'
    this.unit.step(step.timeS, step.dtS, sprays ? 2900 : 0, sprays ? 3900 + 180 * this.filterLossBar() : 0, weather.hallC)
    const evaporated = sprays ? 0.0016 * step.dtS : 0.0002 * step.dtS
    this.bath.step(step.dtS, this.#setpoint(BATH_SETPOINT_C), weather.hallC, (wet * PART_HEAT_J) / step.dtS + (evaporated * 2.4e6) / step.dtS)
    this.drying.step(step.dtS, this.#setpoint(95), weather.hallC, sprays ? 2_600 : 0)
    state.levelM -= evaporated / 1000 / 1.05
    if (state.levelM < 0.68) this.#refill()
    state.energyJ += this.powerW() * step.dtS
  }

  /** Takes parts whose turn has come; returns how many. */
  #wash({ dtS }: Step): number {
    const { state } = this
    const { line, from, to } = this.#place
    if (!line.runs) {
      rest(state.station, line.state.station.mode, line.state.station.reason)
      return 0
    }
    state.sinceS = Math.min(state.sinceS + dtS, CYCLE_S + dtS)
    if (state.sinceS < CYCLE_S) return 0
    if (to.isFull) rest(state.station, 'suspended', 'blocked')
    else if (from.length === 0) rest(state.station, 'suspended', 'starved')
    else {
      rest(state.station, 'execute', '')
      const part = from.shift()
      if (part === undefined) return 0
      const chance = this.bath.state.temperatureC >= CLEANS_FROM_C ? 0.0008 : Math.min(0.9, 0.06 * (CLEANS_FROM_C - this.bath.state.temperatureC))
      const residue = this.#random.uniform(state.washed) < chance
      to.push({ um: part.um, cause: part.cause !== '' ? part.cause : residue ? 'residue' : '' })
      state.sinceS -= CYCLE_S
      state.washed++
      state.dirt = state.dirt > 1 ? 0 : state.dirt + 1 / FILTER_LIFE_PARTS
      state.concentration -= 0.0012
      return 1
    }
    return 0
  }

  #refill(): void {
    const { state } = this
    const litres = (0.78 - state.levelM) * 1050
    state.waterL += litres
    state.levelM = 0.78
    state.concentration = 3.4
  }
}
