import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import { PA_PER_M, pumpEfficiency, pumpNpshRequired, type PumpCurve } from '../physics/hydraulics.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import { relaxation } from '../physics/thermal.ts'
import type { Weather } from '../physics/weather.ts'
import { contact, counted, measured, shown } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { unitOutputs } from './unit-outputs.ts'

const CURVE: PumpCurve = { shutoffM: 46, dropS2M5: 80_000, bestFlow: 0.01, bestEfficiency: 0.76 }
/** Suction loss of a blocked suction line at severity 1, m per (m3/s)^2: 14 m at the best point. */
const BLOCKED_SUCTION = 14 / (CURVE.bestFlow * CURVE.bestFlow)

/** A centrifugal pump on a frequency converter, with its suction conditions. */
export class CentrifugalPump extends PlantMachine {
  readonly type = 'centrifugal_pump'
  readonly words
  override readonly properties = { maker: 'Hengtai Pumps', model: 'HT 50-160', rated_kw: 7.5, rated_rpm: 2950, bearing: BEARINGS['6308'].model }
  readonly curve = CURVE
  readonly unit: RotatingUnit
  override readonly units
  /** `cavitation`: the suction line is blocked, and the pressure before the impeller falls to that of vapour. */
  override readonly defects = { cavitation: 0 }
  readonly state
  readonly outputs
  readonly #weather: Weather

  constructor(path: string, index: number, seed: number, weather: Weather) {
    super(path)
    this.#weather = weather
    this.words = { en: `Cooling water pump ${index}`, zh: `${index}号冷却水泵` }
    this.unit = new RotatingUnit({ ratedW: 7_500, ratedRpm: 2950, bearing: BEARINGS['6308'], vibrationMmS: 1.3, blades: 6 }, seed, path)
    this.units = { '': this.unit }
    this.state = { on: index < 4, speed: 0.9, flow: 0, headM: 0, suctionM: 2, npshM: 12, bubbles: 0, efficiency: 0, starts: 0, unit: this.unit.state }
    const state = this.state
    this.outputs = [
      ...unitOutputs(this.unit),
      measured('flow', 'm3/h', [0, 120], { en: 'Delivered flow', zh: '流量' }, SENSORS.flow, () => state.flow * 3600),
      measured('suction_pressure', 'bar', [-1, 2], { en: 'Suction pressure', zh: '吸入压力' }, SENSORS.pressure, () => (state.suctionM * PA_PER_M) / 1e5),
      measured('discharge_pressure', 'bar', [0, 10], { en: 'Discharge pressure', zh: '出口压力' }, SENSORS.pressure, () => ((state.suctionM + state.headM) * PA_PER_M) / 1e5),
      measured('speed_setpoint', '%', [0, 110], { en: 'Speed asked by the station', zh: '转速设定' }, SENSORS.command, () => (state.on ? state.speed * 100 : 0)),
      contact('running', { en: 'Running', zh: '运行' }, () => state.on),
      counted('starts', '1', { en: 'Starts', zh: '启动次数' }, () => state.starts),
      shown('state', { en: 'Machine state', zh: '设备状态' }, () => (state.on ? 'execute' : 'idle')),
    ]
  }

  /** Turns the pump on or off. */
  turn(on: boolean): void {
    if (on && !this.state.on) this.state.starts++
    this.state.on = on
  }

  /** Loss of head before the impeller at a flow, beyond the shared strainer. */
  suctionLossM(flow: number): number {
    return this.defects.cavitation * BLOCKED_SUCTION * flow * flow
  }

  /** Flow that the pump gives when header and basin differ by `liftM`; bubbles cost head. */
  flowAt(liftM: number): number {
    const { on, speed, bubbles } = this.state
    if (!on) return 0
    const spare = CURVE.shutoffM * speed * speed * (1 - 0.25 * bubbles) - liftM
    return spare <= 0 ? 0 : Math.sqrt(spare / (CURVE.dropS2M5 + this.defects.cavitation * BLOCKED_SUCTION))
  }

  /** Takes the flow that the station solved for, with the suction head at the pump's flange before its own losses. */
  carry(flow: number, suctionM: number, headerM: number, vapourM: number, dtS: number): void {
    const state = this.state
    state.flow = flow
    state.suctionM = suctionM - this.suctionLossM(flow)
    state.headM = state.on ? headerM - state.suctionM : 0
    state.npshM = state.suctionM + this.#weather.pressurePa / PA_PER_M - vapourM
    const required = pumpNpshRequired(CURVE, flow) * 1.2
    const short = (required - state.npshM) / required
    const goal = state.on && short > 0 ? Math.min(1, 2 * short) : 0
    state.bubbles += (goal - state.bubbles) * relaxation(dtS, 20)
    if (state.bubbles < 1e-12) state.bubbles = 0
  }

  override powerW(): number {
    return this.unit.state.electricalW
  }

  step({ timeS, dtS }: Step): void {
    const { on, speed, flow, headM, bubbles } = this.state
    const efficiency = pumpEfficiency(CURVE, flow, speed) * (1 - 0.2 * bubbles)
    this.state.efficiency = on ? efficiency : 0
    this.unit.defects.cavitation = bubbles
    const loadW = on ? (Math.max(0.5, headM) * flow * PA_PER_M) / efficiency + 150 * speed * speed * speed : 0
    this.unit.step(timeS, dtS, on ? speed * this.unit.design.ratedRpm : 0, loadW, this.#weather.hallC)
  }
}
