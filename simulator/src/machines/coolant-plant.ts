import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import type { Weather } from '../physics/weather.ts'
import { counted, measured } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { unitOutputs } from './unit-outputs.ts'

/** A machine that heats the coolant. */
export interface CoolantUser {
  coolantHeatW(): number
}

const LEVEL_FULL_M = 1.4
const FILTER_LIFE_S = 9 * 86_400

/** The central coolant plant: tank, filter and pump; the cooling water keeps its temperature. */
export class CoolantPlant extends PlantMachine {
  readonly type = 'coolant_plant'
  readonly words = { en: 'Central coolant plant', zh: '集中供液系统' }
  override readonly properties = { tank_m3: 8, filter_um: 25, bearing: BEARINGS['6308'].model }
  readonly unit: RotatingUnit
  override readonly units
  /** `clogged`: the filter is full of chips. */
  override readonly defects = { clogged: 0 }
  readonly state
  readonly outputs
  /** Temperature of the tank: set by the wiring, because the exchanger's loop keeps it. */
  temperatureC: () => number = () => 28
  users: readonly CoolantUser[] = []
  readonly #weather: Weather

  constructor(path: string, seed: number, weather: Weather) {
    super(path)
    this.#weather = weather
    this.unit = new RotatingUnit({ ratedW: 11_000, ratedRpm: 2930, bearing: BEARINGS['6308'], vibrationMmS: 1.4, blades: 6 }, seed, path)
    this.units = { pump: this.unit }
    this.state = { levelM: 1.2, concentration: 7.5, dirt: 0.3, running: 0, refillM3: 0, unit: this.unit.state }
    const state = this.state
    this.outputs = [
      ...unitOutputs(this.unit, 'pump'),
      measured('tank_temperature', 'Cel', [0, 80], { en: 'Tank temperature', zh: '液箱温度' }, SENSORS.temperature, () => this.temperatureC()),
      measured('tank_level', 'm', [0, 2], { en: 'Tank level', zh: '液箱液位' }, SENSORS.level, () => state.levelM),
      measured('supply_pressure', 'bar', [0, 40], { en: 'Supply pressure behind the filter', zh: '供液压力' }, SENSORS.pressure, () => this.pressureBar()),
      measured('filter_dp', 'bar', [0, 6], { en: 'Filter differential pressure', zh: '过滤器压差' }, SENSORS.pressure, () => this.filterLossBar()),
      measured('flow', 'L/min', [0, 600], { en: 'Flow to the machines', zh: '供液流量' }, SENSORS.flow, () => 70 * state.running),
      measured('concentration', '%', [0, 15], { en: 'Emulsion concentration', zh: '乳化液浓度' }, SENSORS.analysis, () => state.concentration),
      measured('ph', '[pH]', [6, 11], { en: 'Acidity', zh: 'pH值' }, SENSORS.analysis, () => 8.6 + 0.08 * state.concentration),
      counted('refill', 'm3', { en: 'Refilled emulsion', zh: '补液量' }, () => state.refillM3, 0.01),
    ]
  }

  filterLossBar(): number {
    const share = this.state.running / 6
    return (0.25 + 0.8 * this.state.dirt + 3.2 * this.defects.clogged) * (0.2 + 0.8 * share)
  }

  pressureBar(): number {
    return this.unit.state.rpm > 0 ? 22 - this.filterLossBar() : 0
  }

  /** Heat into the tank: from the cuts, and what the pump churns. */
  heatW(): number {
    return this.users.reduce((sum, user) => sum + user.coolantHeatW(), 0) + 0.9 * this.#hydraulicW()
  }

  #hydraulicW(): number {
    return this.unit.state.rpm > 0 ? 4200 + 800 * this.state.running : 0
  }

  override powerW(): number {
    return this.unit.state.electricalW
  }

  step({ timeS, dtS }: Step): void {
    const state = this.state
    state.running = this.users.reduce((sum, user) => sum + (user.coolantHeatW() > 0 ? 1 : 0), 0)
    this.unit.step(timeS, dtS, 2930, 4200 + 800 * state.running + 250 * this.defects.clogged, this.#weather.hallC)
    state.dirt += (dtS / FILTER_LIFE_S) * (state.running / 6)
    if (state.dirt > 1) state.dirt = 0
    const lost = (2e-6 + 3e-6 * state.running) * dtS
    state.levelM -= lost / 5.7
    state.concentration += 0.4 * state.concentration * (lost / 8)
    if (state.levelM < 1) {
      state.refillM3 += (LEVEL_FULL_M - state.levelM) * 5.7
      state.concentration = (state.concentration * state.levelM + 6 * (LEVEL_FULL_M - state.levelM)) / LEVEL_FULL_M
      state.levelM = LEVEL_FULL_M
    }
  }
}
