import type { Step } from '../plant/machine.ts'
import { HeatedZone } from '../physics/heated-zone.ts'
import { SmoothNoise } from '../physics/smooth-noise.ts'
import type { Weather } from '../physics/weather.ts'
import type { StopReason } from '../production/station.ts'
import { measured, type Output } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { Equipment } from './packaging-machine.ts'
import type { PackagingLine } from './packaging-line.ts'
import { zoneOutputs } from './zone-outputs.ts'

/** Capping heads: closing torque and its spread. */
export class CappingHeads implements Equipment {
  readonly state = { capsInHopper: 4000 }
  readonly outputs: readonly Output[]
  readonly #heads: readonly SmoothNoise[]
  #timeS = 0

  constructor(seed: number, path: string) {
    this.#heads = [1, 2, 3, 4].map((head) => new SmoothNoise(seed, `${path}:head${head}`, 700))
    this.outputs = [
      ...[1, 2, 3, 4].map((head) => measured(`head${head}_torque`, 'N.m', [0, 5], { en: `Closing torque of head ${head}`, zh: `${head}号旋盖头扭矩` }, SENSORS.torque, () => 2.1 + 0.07 * (this.#heads[head - 1]?.at(this.#timeS) ?? 0))),
      measured('cap_hopper', '%', [0, 100], { en: 'Caps in the hopper', zh: '盖料斗余量' }, SENSORS.level, () => this.state.capsInHopper / 50),
    ]
  }

  step({ timeS }: Step, bottles: number): void {
    this.#timeS = timeS
    this.state.capsInHopper -= bottles
    if (this.state.capsInHopper < 800) this.state.capsInHopper = 4800
  }
}

const ROLL_LABELS = 12_000
const ROLL_CHANGE_S = 120

/** A label roll that runs out, and the place where the label sits on the bottle. */
export class LabelRoll implements Equipment {
  readonly state = { labels: 9_000, changingS: 0 }
  readonly outputs: readonly Output[]
  readonly #offset: SmoothNoise
  #timeS = 0

  constructor(seed: number, path: string) {
    this.#offset = new SmoothNoise(seed, `${path}:offset`, 400)
    this.outputs = [
      measured('label_roll', '%', [0, 100], { en: 'Labels left on the roll', zh: '标签余量' }, SENSORS.level, () => (100 * this.state.labels) / ROLL_LABELS),
      measured('label_offset', 'mm', [-5, 5], { en: 'Offset of the label', zh: '标签偏移' }, SENSORS.position, () => 0.35 * this.#offset.at(this.#timeS)),
      measured('web_tension', 'N', [0, 60], { en: 'Web tension', zh: '标签张力' }, SENSORS.torque, () => 22 + 6 * (1 - this.state.labels / ROLL_LABELS)),
    ]
  }

  step({ timeS, dtS }: Step, bottles: number): void {
    this.#timeS = timeS
    this.state.changingS = Math.max(0, this.state.changingS - dtS)
    this.state.labels -= bottles
    if (this.state.labels < 50) {
      this.state.labels = ROLL_LABELS
      this.state.changingS = ROLL_CHANGE_S
    }
  }

  waits(): StopReason {
    return this.state.changingS > 0 ? 'label_roll_change' : ''
  }
}

const GLUE_C = 172
const GLUE_HOLDS_FROM_C = 150

/** A hot-melt pot: too cold, and cartons open again; colder still, and the machine waits. */
export class GluePot implements Equipment {
  readonly zone = new HeatedZone({ mass: { capacity: 2.4e4, resistance: 1 / 9 }, heaterW: 3_200, gains: { gain: 0.03, integralS: 500, derivativeS: 0 } }, GLUE_C)
  readonly zones = { glue: this.zone }
  readonly state = this.zone.state
  readonly outputs: readonly Output[]
  readonly #line: PackagingLine
  readonly #weather: Weather

  constructor(line: PackagingLine, weather: Weather) {
    this.#line = line
    this.#weather = weather
    this.outputs = zoneOutputs(this.zone, 'glue', { en: 'Glue', zh: '热熔胶' }, () => this.#setpoint(), 250)
  }

  #setpoint(): number | undefined {
    return this.#line.state.station.mode === 'stopped' ? undefined : GLUE_C
  }

  step({ dtS }: Step, bottles: number): void {
    this.zone.step(dtS, this.#setpoint(), this.#weather.hallC, (bottles * 180) / dtS)
  }

  powerW(): number {
    return this.zone.state.heatW
  }

  waits(): StopReason {
    return this.zone.state.temperatureC < GLUE_HOLDS_FROM_C - 12 ? 'glue_temperature' : ''
  }

  rejects() {
    const short = GLUE_HOLDS_FROM_C + 8 - this.zone.state.temperatureC
    return [{ cause: 'glue' as const, share: 0.0004 + (short > 0 ? Math.min(0.3, 0.02 * short) : 0) }]
  }
}

/** Three heated zones through which the wrapped cases pass. */
export class ShrinkTunnel implements Equipment {
  readonly zones: Readonly<Record<string, HeatedZone>>
  readonly state
  readonly outputs: readonly Output[]
  readonly #all: readonly HeatedZone[]
  readonly #line: PackagingLine
  readonly #weather: Weather

  constructor(line: PackagingLine, weather: Weather) {
    this.#line = line
    this.#weather = weather
    this.#all = [1, 2, 3].map(() => new HeatedZone({ mass: { capacity: 6e4, resistance: 1 / 55 }, heaterW: 15_000, gains: { gain: 0.02, integralS: 500, derivativeS: 0 } }, 150))
    const [first, middle, last] = this.#all as [HeatedZone, HeatedZone, HeatedZone]
    this.zones = { zone1: first, zone2: middle, zone3: last }
    this.state = { zones: this.#all.map((zone) => zone.state) }
    this.outputs = this.#all.flatMap((zone, index) => zoneOutputs(zone, `zone${index + 1}`, { en: `Tunnel zone ${index + 1}`, zh: `收缩炉${index + 1}区` }, () => this.#setpoint(), 250))
  }

  #setpoint(): number | undefined {
    return this.#line.state.station.mode === 'stopped' ? undefined : this.#line.product.tunnelC
  }

  step({ dtS }: Step, bottles: number): void {
    for (const zone of this.#all) zone.step(dtS, this.#setpoint(), this.#weather.hallC, (bottles * 700) / dtS)
  }

  powerW(): number {
    return this.#all.reduce((sum, zone) => sum + zone.state.heatW, 0)
  }

  rejects() {
    const coldest = Math.min(...this.#all.map((zone) => zone.state.temperatureC))
    const short = this.#line.product.tunnelC - 14 - coldest
    return [{ cause: 'film' as const, share: 0.0005 + (short > 0 ? Math.min(0.25, 0.01 * short) : 0) }]
  }
}

/** Suction cups that lift the cases. */
export class VacuumCups implements Equipment {
  readonly state = { vacuumMbar: -600 }
  readonly outputs: readonly Output[]

  constructor() {
    this.outputs = [measured('cup_vacuum', 'mbar', [-1000, 0], { en: 'Vacuum at the cups', zh: '吸盘真空' }, SENSORS.pressure, () => this.state.vacuumMbar)]
  }

  step({ dtS }: Step, bottles: number): void {
    const goal = bottles > 0 ? -610 - 20 * Math.min(1, bottles / dtS / 2) : -80
    this.state.vacuumMbar += (goal - this.state.vacuumMbar) * -Math.expm1(-dtS / 3)
  }
}
