import type { AirUser } from './air-station.ts'
import { PlantMachine, type Step } from '../plant/machine.ts'
import { relaxation } from '../physics/thermal.ts'
import type { Weather } from '../physics/weather.ts'
import { idleStation, rest, stationOutputs } from '../production/station.ts'
import { contact, counted, measured, type Output } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'

const AXES = [1, 2, 3, 4, 5, 6] as const
/** Torque that holds the arm against gravity, and that which moves it, N m at the motor of each axis. */
const HOLD_NM = [0.4, 9.5, 6.2, 0.6, 0.9, 0.1]
const MOVE_NM = [11, 8, 6, 2.4, 1.8, 0.9]
const RATED_NM = [18, 22, 16, 5, 4, 2]
const CYCLE_S = 36
const WARMTH_TAU_S = 2400

/** What a robot serves. */
export interface RobotPlace {
  readonly index: number
  readonly words: { readonly en: string; readonly zh: string }
  /** Share of its time in which there is something to carry, 0…1. */
  readonly demand: () => number
  /** The state that it shows while it waits. */
  readonly lineState: () => { readonly mode: 'execute' | 'idle' | 'suspended' | 'held' | 'stopped' | 'aborted'; readonly reason: string }
  readonly airPa: () => number
  readonly weather: Weather
}

/** A six-axis robot that loads, unloads or deburrs: its torques follow its motion, its motors warm with their square. */
export class Robot extends PlantMachine implements AirUser {
  readonly type = 'robot'
  readonly words
  override readonly properties = { maker: 'Estun', model: 'ER20-1780', payload_kg: 20, axes: 6 }
  readonly state
  readonly outputs
  readonly #place: RobotPlace

  constructor(path: string, place: RobotPlace) {
    super(path)
    this.#place = place
    this.words = place.words
    this.state = { station: idleStation(), phaseS: 7 * place.index, activity: 0, cycles: 0, energyJ: 0, motorC: [25, 25, 25, 25, 25, 25], controllerC: 30 }
    this.outputs = this.#describe()
  }

  #describe(): Output[] {
    const { state } = this
    const axes = AXES.flatMap((axis) => [
      measured(`axis${axis}_torque`, 'N.m', [-40, 40], { en: `Motor torque of axis ${axis}`, zh: `${axis}轴电机转矩` }, SENSORS.torque, () => this.torqueNm(axis - 1)),
      measured(`axis${axis}_motor_temperature`, 'Cel', [0, 120], { en: `Motor temperature of axis ${axis}`, zh: `${axis}轴电机温度` }, SENSORS.temperature, () => state.motorC[axis - 1] ?? 0),
    ])
    return [
      ...axes,
      measured('tcp_speed', 'mm/s', [0, 2500], { en: 'Speed of the tool centre point', zh: 'TCP速度' }, SENSORS.speed, () => 1800 * state.activity * Math.abs(Math.sin(this.#angle()))),
      measured('gripper_pressure', 'bar', [0, 10], { en: 'Gripper pressure', zh: '夹爪气压' }, SENSORS.pressure, () => (this.#grips() ? this.#place.airPa() / 1e5 - 0.9 : 0)),
      contact('gripper_closed', { en: 'Gripper closed', zh: '夹爪闭合' }, () => this.#grips()),
      counted('cycles', '1', { en: 'Cycles', zh: '循环次数' }, () => state.cycles),
      measured('power', 'kW', [0, 10], { en: 'Electrical power', zh: '电功率' }, SENSORS.electrical, () => this.powerW() / 1000),
      counted('energy', 'kW.h', { en: 'Electrical energy', zh: '电能' }, () => state.energyJ / 3.6e6, 0.1),
      measured('controller_temperature', 'Cel', [0, 80], { en: 'Controller temperature', zh: '控制柜温度' }, SENSORS.temperature, () => state.controllerC),
      ...stationOutputs(state.station),
    ]
  }

  #angle(): number {
    return (2 * Math.PI * this.state.phaseS) / CYCLE_S
  }

  #grips(): boolean {
    return this.state.activity > 0 && this.state.phaseS > 0.3 * CYCLE_S && this.state.phaseS < 0.8 * CYCLE_S
  }

  /** Torque of one axis (0…5) at this point of the cycle: gravity with the pose, inertia with the acceleration. */
  torqueNm(axis: number): number {
    const angle = this.#angle()
    const hold = (HOLD_NM[axis] ?? 0) * Math.cos(0.7 * Math.sin(angle + axis)) * (this.#grips() ? 1.25 : 1)
    return hold + (MOVE_NM[axis] ?? 0) * this.state.activity * Math.sin(2 * angle + 0.8 * axis)
  }

  airFlow(): number {
    return 0.0004 + 0.0022 * this.state.activity
  }

  override powerW(): number {
    return 380 + 2600 * this.state.activity
  }

  step({ dtS }: Step): void {
    const { state } = this
    const demand = this.#place.demand()
    const outside = this.#place.lineState()
    if (outside.mode === 'execute' && demand > 0) rest(state.station, 'execute', '')
    else if (outside.mode === 'execute') rest(state.station, 'suspended', 'starved')
    else rest(state.station, 'idle', '')
    const goal = state.station.mode === 'execute' ? 0.35 + 0.65 * demand : 0
    state.activity += (goal - state.activity) * relaxation(dtS, 4)
    if (state.activity < 1e-6) state.activity = 0
    state.phaseS += dtS * state.activity
    if (state.phaseS >= CYCLE_S) {
      state.phaseS -= CYCLE_S
      state.cycles++
    }
    this.#warm(dtS)
    state.energyJ += this.powerW() * dtS
  }

  #warm(dtS: number): void {
    const { state } = this
    const hallC = this.#place.weather.hallC
    const step = relaxation(dtS, WARMTH_TAU_S)
    for (let axis = 0; axis < AXES.length; axis++) {
      const rated = RATED_NM[axis] ?? 1
      const move = ((MOVE_NM[axis] ?? 0) * state.activity) / rated
      const hold = state.station.mode === 'execute' ? (HOLD_NM[axis] ?? 0) / rated : 0
      const goal = hallC + 4 + 55 * (0.5 * move * move + hold * hold)
      state.motorC[axis] = (state.motorC[axis] ?? hallC) + (goal - (state.motorC[axis] ?? hallC)) * step
    }
    state.controllerC += (hallC + 7 + 8 * state.activity - state.controllerC) * step
  }
}
