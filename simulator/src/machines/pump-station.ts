import { PlantMachine, type Step } from '../plant/machine.ts'
import { balance, PA_PER_M, vapourPressurePa } from '../physics/hydraulics.ts'
import { relaxation } from '../physics/thermal.ts'
import { LOCAL_OFFSET_S } from '../physics/weather.ts'
import { counted, measured } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { CoolingTower } from './cooling-tower.ts'
import type { CoolingValve } from './cooling-valve.ts'
import type { CentrifugalPump } from './pump.ts'
import type { SuctionStrainer } from './strainer.ts'

const SETPOINT_PA = 3.3e5
const SPEED_MIN = 0.55
const SPEED_MAX = 1.05
/** The flow balance closes to this, m3/s. */
export const FLOW_TOLERANCE = 1e-9
const WEEK_S = 7 * 86_400
/** Every Monday from 10:00 the standby pump runs for a quarter of an hour in place of number 3. */
const EXERCISE_S = { from: 4 * 86_400 + 10 * 3600, length: 900 }

/** What the station is made of. */
export interface PumpStationParts {
  readonly pumps: readonly CentrifugalPump[]
  readonly strainer: SuctionStrainer
  readonly valves: readonly CoolingValve[]
  readonly tower: CoolingTower
}

/**
 * The pressure network: pumps in parallel lift water from the basin through the strainer into the header; valves let it return to the tower.
 * Every step finds the header pressure at which what comes in goes out, then steps all parts.
 */
export class PumpStation extends PlantMachine {
  readonly type = 'water_header'
  readonly words = { en: 'Cooling water header', zh: '冷却水总管' }
  override readonly properties = { setpoint_bar: SETPOINT_PA / 1e5 }
  readonly state = { headerPa: SETPOINT_PA, flow: 0, supplyC: 22, returnC: 26, speed: 0.9, volumeM3: 0 }
  readonly outputs = [
    measured('pressure', 'bar', [0, 6], { en: 'Header pressure', zh: '总管压力' }, SENSORS.pressure, () => this.state.headerPa / 1e5),
    measured('pressure_setpoint', 'bar', [0, 6], { en: 'Header pressure setpoint', zh: '总管压力设定' }, SENSORS.command, () => SETPOINT_PA / 1e5),
    measured('flow', 'm3/h', [0, 300], { en: 'Total flow', zh: '总流量' }, SENSORS.flow, () => this.state.flow * 3600),
    measured('supply_temperature', 'Cel', [0, 60], { en: 'Supply temperature', zh: '供水温度' }, SENSORS.temperature, () => this.state.supplyC),
    measured('return_temperature', 'Cel', [0, 80], { en: 'Return temperature', zh: '回水温度' }, SENSORS.temperature, () => this.state.returnC),
    counted('volume', 'm3', { en: 'Volume pumped', zh: '累计流量' }, () => this.state.volumeM3),
    measured('pumps_running', '1', [0, 4], { en: 'Pumps running', zh: '运行泵台数' }, SENSORS.command, () => this.parts.pumps.filter((pump) => pump.state.on).length),
  ]
  readonly parts: PumpStationParts

  constructor(path: string, parts: PumpStationParts) {
    super(path)
    this.parts = parts
  }

  step(step: Step): void {
    this.#chooseAndSpeed(step)
    for (const valve of this.parts.valves) valve.control(step.dtS)
    this.#solve(step)
    for (const valve of this.parts.valves) valve.step(step)
    for (const pump of this.parts.pumps) pump.step(step)
    this.parts.strainer.step(step)
    this.#sendBack(step)
  }

  #chooseAndSpeed({ timeS, dtS }: Step): void {
    const [, , third, standby] = this.parts.pumps
    const inWeek = (timeS + LOCAL_OFFSET_S) % WEEK_S
    const exercise = inWeek >= EXERCISE_S.from && inWeek < EXERCISE_S.from + EXERCISE_S.length
    third?.turn(!exercise)
    standby?.turn(exercise)
    const state = this.state
    // The slope of pressure over speed of the affinity laws makes the loop as quick at every speed.
    const slopePa = 2 * 46 * PA_PER_M * state.speed
    const asked = state.speed + ((SETPOINT_PA - state.headerPa) / slopePa) * relaxation(dtS, 12)
    state.speed = Math.min(SPEED_MAX, Math.max(SPEED_MIN, asked))
    for (const pump of this.parts.pumps) pump.state.speed = state.speed
  }

  #solve({ dtS }: Step): void {
    const { pumps, valves, strainer, tower } = this.parts
    const state = this.state
    const suctionM = tower.state.levelM - strainer.lossM(strainer.state.flow)
    const excess = (pa: number) => {
      let flow = 0
      for (const pump of pumps) flow += pump.flowAt(pa / PA_PER_M - suctionM)
      for (const valve of valves) flow -= valve.flowAt(pa)
      return flow
    }
    state.headerPa = balance(excess, 0, 8e5, FLOW_TOLERANCE)
    const vapourM = vapourPressurePa(tower.state.basinC) / PA_PER_M
    let flow = 0
    for (const pump of pumps) {
      const own = pump.flowAt(state.headerPa / PA_PER_M - suctionM)
      pump.carry(own, suctionM, state.headerPa / PA_PER_M, vapourM, dtS)
      flow += own
    }
    for (const valve of valves) {
      valve.state.dropPa = state.headerPa
      valve.state.flow = valve.flowAt(state.headerPa)
      valve.state.supplyC = tower.state.basinC
    }
    strainer.state.flow = flow
    state.flow = flow
    state.supplyC = tower.state.basinC
    state.volumeM3 += flow * dtS
  }

  #sendBack(step: Step): void {
    const { valves, tower } = this.parts
    let flow = 0
    let heat = 0
    for (const valve of valves) {
      flow += valve.state.flow
      heat += valve.state.flow * valve.returnC()
    }
    this.state.returnC = flow > 0 ? heat / flow : this.state.returnC
    tower.receive(flow, this.state.returnC)
    tower.step(step)
  }
}
