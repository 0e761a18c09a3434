import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import { BeltDrive } from './belt-drive.ts'
import { idlePid, stepPid, type PidGains } from '../physics/pid.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import { WATER_DENSITY, WATER_HEAT } from '../physics/thermal.ts'
import type { Weather } from '../physics/weather.ts'
import { counted, measured } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { unitOutputs } from './unit-outputs.ts'

const BASIN_M2 = 24
const LEVEL_SETPOINT_M = 2.2
const BASIN_SETPOINT_C = 25
const FAN_RATED_W = 18_500
const FAN_GAINS: PidGains = { gain: 0.12, integralS: 300, derivativeS: 0 }
/** Heat of evaporation near 25 Cel, J/kg. */
const EVAPORATION = 2.44e6
/** Blow-down keeps the salt at four times that of the make-up. */
const CYCLES = 4
const MAKEUP_MAX = 0.006

/** A cooling tower with its basin: cools the returning water towards the wet-bulb temperature, loses some to the air, is topped up. */
export class CoolingTower extends PlantMachine {
  readonly type = 'cooling_tower'
  readonly words = { en: 'Cooling tower with basin', zh: '冷却塔及集水池' }
  override readonly properties = { maker: 'Liangji', fan_kw: 18.5, basin_m3: 60, bearing: BEARINGS['6312'].model }
  readonly unit: RotatingUnit
  override readonly units
  readonly belt = new BeltDrive(0.42)
  override readonly defects = this.belt.defects
  readonly state
  readonly outputs
  readonly #weather: Weather

  constructor(path: string, seed: number, weather: Weather) {
    super(path)
    this.#weather = weather
    this.unit = new RotatingUnit({ ratedW: FAN_RATED_W, ratedRpm: 1470, bearing: BEARINGS['6312'], vibrationMmS: 1.8, blades: 8 }, seed, path)
    this.units = { '': this.unit }
    this.state = {
      levelM: LEVEL_SETPOINT_M, basinC: BASIN_SETPOINT_C, returnC: 26, throughFlow: 0, rejectedW: 0, makeup: 0, evaporation: 0, blowdown: 0, makeupM3: 0,
      fan: 0.5, belt: this.belt.state, pid: idlePid(BASIN_SETPOINT_C, 0.5), unit: this.unit.state,
    }
    const state = this.state
    this.outputs = [
      ...unitOutputs(this.unit, 'fan'),
      ...this.belt.outputs('fan', 'wheel'),
      measured('fan_command', '%', [0, 100], { en: 'Fan speed asked', zh: '风机转速指令' }, SENSORS.command, () => 100 * state.fan),
      measured('basin_level', 'm', [0, 3], { en: 'Basin level', zh: '集水池液位' }, SENSORS.level, () => state.levelM),
      measured('basin_temperature', 'Cel', [0, 60], { en: 'Basin temperature', zh: '集水池温度' }, SENSORS.temperature, () => state.basinC),
      measured('return_temperature', 'Cel', [0, 80], { en: 'Temperature of the returning water', zh: '回水温度' }, SENSORS.temperature, () => state.returnC),
      measured('makeup_flow', 'm3/h', [0, 25], { en: 'Make-up water', zh: '补水流量' }, SENSORS.flow, () => state.makeup * 3600),
      measured('blowdown_flow', 'm3/h', [0, 5], { en: 'Blow-down', zh: '排污流量' }, SENSORS.flow, () => state.blowdown * 3600),
      measured('rejected_heat', 'kW', [0, 2500], { en: 'Heat given to the air', zh: '散热功率' }, SENSORS.flow, () => state.rejectedW / 1000),
      counted('makeup_volume', 'm3', { en: 'Make-up water meter', zh: '补水表读数' }, () => state.makeupM3, 0.1),
    ]
  }

  override powerW(): number {
    return this.unit.state.electricalW
  }

  /** Takes the returning water of the step, `flow` m3/s at `returnC`, while the pumps draw the same flow out. */
  receive(flow: number, returnC: number): void {
    this.state.throughFlow = flow
    this.state.returnC = returnC
  }

  step({ timeS, dtS }: Step): void {
    const state = this.state
    const asked = stepPid(FAN_GAINS, state.pid, state.basinC, BASIN_SETPOINT_C, dtS)
    state.fan += (asked - state.fan) * Math.min(1, dtS / 20)
    const air = this.belt.step(state.fan * this.unit.design.ratedRpm, dtS) / (1470 * this.belt.ratio)
    this.unit.step(timeS, dtS, state.fan * 1470, 0.82 * FAN_RATED_W * air * air * air + this.belt.lossW(FAN_RATED_W, state.fan), this.#weather.temperatureC)
    const effectiveness = 0.1 + 0.75 * Math.pow(air, 0.8)
    const fall = Math.max(0, effectiveness * (state.returnC - this.#weather.wetBulbC))
    state.rejectedW = state.throughFlow * WATER_DENSITY * WATER_HEAT * fall
    this.#balance(dtS)
  }

  #balance(dtS: number): void {
    const state = this.state
    state.evaporation = (0.8 * state.rejectedW) / (EVAPORATION * WATER_DENSITY)
    state.blowdown = state.evaporation / (CYCLES - 1)
    state.makeup = Math.min(MAKEUP_MAX, Math.max(0, 0.05 * (LEVEL_SETPOINT_M - state.levelM)))
    const heldJ = state.levelM * BASIN_M2 * WATER_DENSITY * WATER_HEAT
    const coolC = state.returnC - (state.throughFlow > 0 ? state.rejectedW / (state.throughFlow * WATER_DENSITY * WATER_HEAT) : 0)
    const inflow = state.throughFlow * WATER_DENSITY * WATER_HEAT * dtS
    state.basinC += (coolC - state.basinC) * -Math.expm1(-inflow / heldJ)
    state.levelM += ((state.makeup - state.evaporation - state.blowdown) * dtS) / BASIN_M2
    state.makeupM3 += state.makeup * dtS
  }
}
