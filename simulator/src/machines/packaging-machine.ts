import type { AirUser } from './air-station.ts'
import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import type { HeatedZone } from '../physics/heated-zone.ts'
import { RandomStream } from '../physics/random.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import type { Weather } from '../physics/weather.ts'
import type { Buffer } from '../production/buffer.ts'
import { idleStation, isHeld, maybeStop, rest, stationOutputs, type MinorStop, type StopReason } from '../production/station.ts'
import { counted, measured, type Output, type Words } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { PackagingLine, PackReject } from './packaging-line.ts'
import { plainUnitOutputs } from './unit-outputs.ts'

/** What a machine of one kind adds to the common part: a nozzle, a glue pot, a label roll. */
export interface Equipment {
  readonly outputs: readonly Output[]
  readonly state: object
  readonly zones?: Readonly<Record<string, HeatedZone>>
  /** Advances by a step in which `bottles` passed. */
  step(step: Step, bottles: number): void
  powerW?(): number
  /** Why the machine must wait for it; '' when it need not. */
  waits?(): StopReason
  /** Share of what passes that is thrown away, by cause. */
  rejects?(): readonly { readonly cause: PackReject; readonly share: number }[]
}

/** What kind of machine it is, and where it stands. */
export interface PackagingPlace {
  readonly type: string
  readonly words: Words
  /** Speed relative to the product's rate: machines beside the filler are faster, so that it never waits. */
  readonly rate: number
  readonly driveW: number
  readonly airFlow: number
  readonly betweenStopsS: number
  readonly stops: readonly MinorStop[]
  readonly rejects: readonly { readonly cause: PackReject; readonly share: number }[]
  readonly line: PackagingLine
  /** Undefined at the line's beginning. */
  readonly from: Buffer | undefined
  /** Undefined at the line's end. */
  readonly to: Buffer | undefined
  readonly airPa: () => number
  readonly weather: Weather
  readonly seed: number
  readonly equipment: readonly Equipment[]
}

const LOW_AIR_PA = 5e5
const RAMP_S = 12

/** A machine of the packaging line: takes from one buffer, gives to the next, jams, rejects, and draws power with its speed. */
export class PackagingMachine extends PlantMachine implements AirUser {
  readonly type: string
  readonly words: Words
  override readonly properties
  readonly unit: RotatingUnit
  override readonly units
  override readonly zones: Readonly<Record<string, HeatedZone>>
  readonly state
  readonly outputs
  readonly #place: PackagingPlace
  readonly #random: RandomStream

  constructor(path: string, place: PackagingPlace) {
    super(path)
    this.#place = place
    this.type = place.type
    this.words = place.words
    this.properties = { maker: 'Tech-Long', drive_kw: place.driveW / 1000, bearing: BEARINGS['6205'].model }
    this.#random = new RandomStream(place.seed, `${path}:stops`)
    this.unit = new RotatingUnit({ ratedW: place.driveW, ratedRpm: 1450, bearing: BEARINGS['6205'], vibrationMmS: 1.1, blades: 4 }, place.seed, path)
    this.units = { drive: this.unit }
    this.zones = Object.fromEntries(place.equipment.flatMap((part) => Object.entries(part.zones ?? {})))
    this.state = { station: idleStation(), rate: 0, passed: 0, rejected: 0, owed: place.rejects.map(() => 0), extraOwed: [0, 0], energyJ: 0, unit: this.unit.state, outfeed: place.to ?? null, equipment: place.equipment.map((part) => part.state) }
    const { state } = this
    this.outputs = [
      measured('rate', '/min', [0, 200], { en: 'Bottles a minute', zh: '生产速度' }, SENSORS.speed, () => state.rate * 60),
      measured('rate_setpoint', '/min', [0, 200], { en: 'Rate asked', zh: '速度设定' }, SENSORS.command, () => this.#asked() * 60),
      counted('passed', '1', { en: 'Bottles passed', zh: '通过数' }, () => Math.floor(state.passed)),
      counted('rejected', '1', { en: 'Bottles rejected here', zh: '本机剔除数' }, () => state.rejected),
      counted('stops', '1', { en: 'Stops of its own', zh: '自身停机次数' }, () => state.station.stops),
      measured('power', 'kW', [0, Math.ceil((2 * place.driveW + 30_000 * Object.keys(this.zones).length) / 1000)], { en: 'Electrical power', zh: '电功率' }, SENSORS.electrical, () => this.powerW() / 1000),
      counted('energy', 'kW.h', { en: 'Electrical energy', zh: '电能' }, () => state.energyJ / 3.6e6, 0.1),
      measured('air_pressure', 'bar', [0, 10], { en: 'Compressed air pressure', zh: '压缩空气压力' }, SENSORS.pressure, () => place.airPa() / 1e5 - 0.2),
      ...(place.from === undefined ? [] : [measured('infeed_fill', '%', [0, 100], { en: 'Fill of the infeed', zh: '进料缓冲率' }, SENSORS.level, () => (100 * (place.from?.amount ?? 0)) / (place.from?.capacity ?? 1))]),
      ...plainUnitOutputs(this.unit, 'drive'),
      ...place.equipment.flatMap((part) => part.outputs),
      ...stationOutputs(state.station),
    ]
  }

  airFlow(): number {
    return this.state.station.mode === 'execute' ? this.#place.airFlow : 0.06 * this.#place.airFlow
  }

  override powerW(): number {
    let sum = this.unit.state.electricalW + 350
    for (const part of this.#place.equipment) sum += part.powerW?.() ?? 0
    return sum
  }

  /** Bottles a second that the line asks for. */
  #asked(): number {
    const { line, rate } = this.#place
    return line.runs ? (line.product.perMinute / 60) * rate * line.calendar.pace : 0
  }

  step(step: Step): void {
    const { state } = this
    const bottles = this.#mayRun(step) ? this.#run(step) : this.#stand()
    const speed = state.rate > 0 ? Math.min(1, state.rate / ((120 / 60) * this.#place.rate)) : 0
    this.unit.step(step.timeS, step.dtS, speed * 1450, this.#place.driveW * (0.18 + 0.5 * speed) * speed, this.#place.weather.hallC)
    for (const part of this.#place.equipment) part.step(step, bottles)
    state.energyJ += this.powerW() * step.dtS
  }

  #mayRun({ timeS }: Step): boolean {
    const { station } = this.state
    const { line, airPa, equipment } = this.#place
    if (isHeld(station, timeS)) return false
    if (!line.runs) {
      rest(station, line.state.station.mode, line.state.station.reason)
      return false
    }
    if (airPa() < LOW_AIR_PA) {
      rest(station, 'held', 'low_air_pressure')
      return false
    }
    for (const part of equipment) {
      const reason = part.waits?.() ?? ''
      if (reason === '') continue
      rest(station, 'held', reason)
      return false
    }
    return true
  }

  #stand(): number {
    this.state.rate = 0
    return 0
  }

  #run(step: Step): number {
    const { state } = this
    const { from, to, line } = this.#place
    const asked = this.#asked()
    const supply = from === undefined ? Infinity : from.amount
    const space = to === undefined ? Infinity : to.capacity - to.amount
    const moved = Math.min(asked * step.dtS, supply, space)
    state.rate += (moved / step.dtS - state.rate) * Math.min(1, step.dtS / RAMP_S)
    if (moved < 0.02 * asked * step.dtS) rest(state.station, 'suspended', supply < space ? 'starved' : 'blocked')
    else rest(state.station, 'execute', '')
    if (from !== undefined) from.amount -= moved
    const thrown = this.#throwAway(moved)
    state.passed += moved
    if (to !== undefined) to.amount += Math.max(0, moved - thrown)
    else line.finish(Math.max(0, moved - thrown))
    if (state.station.mode === 'execute') maybeStop(state.station, this.#random, step, this.#place.betweenStopsS, this.#place.stops)
    return moved
  }

  /** Owes a share of each cause and pays in whole bottles, the moment drawn by chance. */
  #throwAway(moved: number): number {
    const { owed } = this.state
    let thrown = 0
    for (const [index, { cause, share }] of this.#place.rejects.entries()) {
      const now = (owed[index] ?? 0) + moved * share * 2 * this.#random.uniform(Math.floor(this.state.passed) * 8 + index)
      thrown += this.#pay(now, cause, (rest) => { owed[index] = rest })
    }
    let slot = 0
    for (const part of this.#place.equipment) {
      for (const { cause, share } of part.rejects?.() ?? []) {
        const at = slot++
        thrown += this.#pay((this.state.extraOwed[at] ?? 0) + moved * share, cause, (rest) => { this.state.extraOwed[at] = rest })
      }
    }
    this.state.rejected += thrown
    return thrown
  }

  #pay(owed: number, cause: PackReject, keep: (rest: number) => void): number {
    const whole = Math.floor(owed)
    keep(owed - whole)
    if (whole > 0) this.#place.line.reject(cause, whole)
    return whole
  }
}
