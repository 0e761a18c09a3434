import { PlantMachine, type Step } from '../plant/machine.ts'
import { stepHeatLoop, type HeatLoopDesign } from '../physics/heat-loop.ts'
import { orificeFlow, valveOpening } from '../physics/hydraulics.ts'
import { idlePid, stepPid, type PidGains } from '../physics/pid.ts'
import { relaxation, WATER_DENSITY, WATER_HEAT } from '../physics/thermal.ts'
import { measured, type Words } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { upTo } from './unit-outputs.ts'

/** What a cooling circuit is for. */
export interface CoolingDuty {
  readonly words: Words
  readonly loop: HeatLoopDesign
  readonly setpointC: number
  /** Flow per root Pa with the valve open. */
  readonly openConductance: number
  /** Heat that comes into the circuit now, W. */
  readonly loadW: () => number
}

const GAINS: PidGains = { gain: 0.1, integralS: 240, derivativeS: 0 }
const ACTUATOR_TAU_S = 8
/** A valve never shuts off cooling altogether: a mechanical stop keeps this stroke. */
const LEAST_STROKE = 0.12

/** A circuit's exchanger with the control valve in its cooling water, kept at its temperature by a controller. */
export class CoolingValve extends PlantMachine {
  readonly type = 'control_valve'
  readonly words: Words
  override readonly properties = { characteristic: 'equal percentage', actuator: 'electric' }
  /** `stuck`: the stem binds in its packing, and the actuator moves it less or not at all. */
  override readonly defects = { stuck: 0 }
  readonly state
  readonly outputs
  readonly #duty: CoolingDuty

  constructor(path: string, duty: CoolingDuty) {
    super(path)
    this.#duty = duty
    this.words = duty.words
    this.state = { temperatureC: duty.setpointC, stroke: 0.5, command: 0.5, flow: 0, dropPa: 3e5, supplyC: 22, toWaterW: 0, conductance: 0, pid: idlePid(duty.setpointC, 0.5) }
    const state = this.state
    this.outputs = [
      measured('circuit_temperature', 'Cel', [0, 100], { en: 'Temperature of the cooled circuit', zh: '被冷却回路温度' }, SENSORS.temperature, () => state.temperatureC),
      measured('circuit_setpoint', 'Cel', [0, 100], { en: 'Temperature setpoint', zh: '温度设定' }, SENSORS.command, () => duty.setpointC),
      measured('position_command', '%', [0, 100], { en: 'Position asked', zh: '阀位指令' }, SENSORS.command, () => 100 * state.command),
      measured('position', '%', [0, 100], { en: 'Position reached', zh: '阀位反馈' }, SENSORS.position, () => 100 * state.stroke),
      measured('flow', 'm3/h', upTo(1.1 * 3600 * duty.openConductance * Math.sqrt(3.3e5)), { en: 'Cooling water flow', zh: '冷却水流量' }, SENSORS.flow, () => state.flow * 3600),
      measured('supply_temperature', 'Cel', [0, 60], { en: 'Cooling water supply temperature', zh: '冷却水供水温度' }, SENSORS.temperature, () => state.supplyC),
      measured('return_temperature', 'Cel', [0, 90], { en: 'Cooling water return temperature', zh: '冷却水回水温度' }, SENSORS.temperature, () => this.returnC()),
      measured('differential_pressure', 'bar', [0, 6], { en: 'Pressure drop', zh: '压差' }, SENSORS.pressure, () => state.dropPa / 1e5),
      measured('heat_flow', 'kW', [0, 2000], { en: 'Heat taken up by the cooling water', zh: '换热功率' }, SENSORS.flow, () => state.toWaterW / 1000),
    ]
  }

  /** Flow at a pressure drop with the stem where it is. */
  flowAt(dropPa: number): number {
    return orificeFlow(this.state.conductance, dropPa)
  }

  /** Temperature at which the water leaves. */
  returnC(): number {
    const { flow, supplyC, toWaterW } = this.state
    return flow <= 0 ? supplyC : supplyC + toWaterW / (flow * WATER_DENSITY * WATER_HEAT)
  }

  /** Moves the stem as the controller asks, before the network is solved. */
  control(dtS: number): void {
    const state = this.state
    // The controller opens when the circuit is too warm: measured and setpoint change places.
    const asked = stepPid(GAINS, state.pid, state.temperatureC, this.#duty.setpointC, dtS)
    state.command = Math.max(LEAST_STROKE, asked)
    state.stroke += (state.command - state.stroke) * relaxation(dtS, ACTUATOR_TAU_S) * (1 - this.defects.stuck)
    state.conductance = this.#duty.openConductance * valveOpening(state.stroke)
  }

  /** Exchanges heat at the flow that the network gave. */
  step({ dtS }: Step): void {
    const state = this.state
    const after = stepHeatLoop(this.#duty.loop, state.temperatureC, this.#duty.loadW(), state.flow, state.supplyC, dtS)
    state.temperatureC = after.temperatureC
    state.toWaterW = after.toWaterW
  }
}
