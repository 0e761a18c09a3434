import type { AirUser } from './air-station.ts'
import { PlantMachine, type Step } from '../plant/machine.ts'
import { RandomStream } from '../physics/random.ts'
import { relaxation } from '../physics/thermal.ts'
import type { Weather } from '../physics/weather.ts'
import type { PartQueue } from '../production/part-queue.ts'
import { idleStation, rest, stationOutputs } from '../production/station.ts'
import { counted, measured, shown } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { MachiningLine } from './machining-line.ts'

const CYCLE_S = 28
const ROOM_C = 20

/** A coordinate measuring machine in its cooled room: measures every part and says whether it is good. */
export class MeasuringMachine extends PlantMachine implements AirUser {
  readonly type = 'measuring_machine'
  readonly words = { en: 'Coordinate measuring machine', zh: '三坐标测量机' }
  override readonly properties = { maker: 'Leader Metrology', uncertainty_um: 1.7 }
  readonly state = { station: idleStation(), sinceS: 0, measured: 0, deviationUm: 0, boreUm: 0, flatnessUm: 6, roundnessUm: 3, roomC: ROOM_C, result: 'none', cause: '', probings: 0 }
  readonly outputs
  readonly #line: MachiningLine
  readonly #from: PartQueue
  readonly #weather: Weather
  readonly #random: RandomStream

  constructor(path: string, line: MachiningLine, from: PartQueue, weather: Weather, seed: number) {
    super(path)
    this.#line = line
    this.#from = from
    this.#weather = weather
    this.#random = new RandomStream(seed, `${path}:parts`)
    const state = this.state
    this.outputs = [
      measured('diameter_deviation', 'um', [-100, 100], { en: 'Deviation of the diameter', zh: '直径偏差' }, SENSORS.command, () => state.deviationUm),
      measured('bore_deviation', 'um', [-100, 100], { en: 'Deviation of the bore', zh: '孔径偏差' }, SENSORS.command, () => state.boreUm),
      measured('flatness', 'um', [0, 50], { en: 'Flatness', zh: '平面度' }, SENSORS.command, () => state.flatnessUm),
      measured('roundness', 'um', [0, 50], { en: 'Roundness', zh: '圆度' }, SENSORS.command, () => state.roundnessUm),
      measured('tolerance', 'um', [0, 50], { en: 'Tolerance, plus and minus', zh: '公差' }, SENSORS.command, () => line.part.toleranceUm),
      measured('room_temperature', 'Cel', [10, 35], { en: 'Room temperature', zh: '测量室温度' }, SENSORS.temperature, () => state.roomC),
      counted('part_count', '1', { en: 'Parts measured', zh: '测量件数' }, () => state.measured),
      counted('probings', '1', { en: 'Touches of the probe', zh: '测头触发次数' }, () => state.probings),
      shown('result', { en: 'Result of the last part', zh: '最近检测结果' }, () => state.result),
      shown('reject_cause', { en: 'Cause of the last reject', zh: '不良原因' }, () => state.cause),
      ...stationOutputs(state.station),
    ]
  }

  airFlow(): number {
    return 0.0015
  }

  override powerW(): number {
    return 1900 + (this.state.station.mode === 'execute' ? 700 : 0)
  }

  step({ dtS }: Step): void {
    const { state } = this
    state.roomC += (ROOM_C + 0.035 * (this.#weather.hallC - 22) - state.roomC) * relaxation(dtS, 3600)
    if (!this.#line.runs) {
      rest(state.station, this.#line.state.station.mode, this.#line.state.station.reason)
      return
    }
    state.sinceS = Math.min(state.sinceS + dtS, CYCLE_S + dtS)
    if (state.sinceS < CYCLE_S) return
    if (this.#from.length === 0) {
      rest(state.station, 'suspended', 'starved')
      return
    }
    rest(state.station, 'execute', '')
    state.sinceS -= CYCLE_S
    this.#measure()
  }

  #measure(): void {
    const { state } = this
    const part = this.#from.shift()
    if (part === undefined) return
    const draw = (which: number) => this.#random.gaussian(4 * state.measured + which)
    state.deviationUm = part.um + 0.6 * (state.roomC - ROOM_C) + 0.4 * draw(0)
    state.boreUm = -0.6 * part.um + 1.1 * draw(1)
    state.flatnessUm = 6 + Math.abs(part.um) * 0.12 + 0.6 * draw(2)
    state.roundnessUm = 3 + Math.abs(part.um) * 0.06 + 0.3 * draw(3)
    const cause = part.cause !== '' ? part.cause : Math.abs(state.deviationUm) > this.#line.part.toleranceUm ? 'dimension' : ''
    state.result = cause === '' ? 'good' : 'reject'
    if (cause !== '') state.cause = cause
    state.measured++
    state.probings += 24
    this.#line.count(cause)
  }
}
