import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import type { Weather } from '../physics/weather.ts'
import { contact, measured, shown, type Words } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { BeltDrive } from './belt-drive.ts'
import { unitOutputs } from './unit-outputs.ts'

const DRUM_M = 0.25
const RATIO = 1 / 24

/** What a conveyor carries. */
export interface ConveyorPlace {
  readonly words: Words
  /** Speed asked, share of the most; 0 stands still. */
  readonly speed: () => number
  /** How full it is, 0…1. */
  readonly load: () => number
  readonly weather: Weather
  readonly seed: number
}

/** A belt conveyor: motor, belt drive and drum. The belt's slip is the difference between motor and drum. */
export class Conveyor extends PlantMachine {
  readonly type = 'belt_conveyor'
  readonly words: Words
  override readonly properties = { motor_kw: 1.5, drum_mm: 1000 * DRUM_M, bearing: BEARINGS['6205'].model }
  readonly unit: RotatingUnit
  override readonly units
  readonly belt = new BeltDrive(RATIO)
  override readonly defects = this.belt.defects
  readonly state
  readonly outputs
  readonly #place: ConveyorPlace

  constructor(path: string, place: ConveyorPlace) {
    super(path)
    this.#place = place
    this.words = place.words
    this.unit = new RotatingUnit({ ratedW: 1_500, ratedRpm: 1420, bearing: BEARINGS['6205'], vibrationMmS: 1, blades: 4 }, place.seed, path)
    this.units = { '': this.unit }
    this.state = { belt: this.belt.state, unit: this.unit.state, loaded: 0 }
    const { state } = this
    this.outputs = [
      ...unitOutputs(this.unit),
      ...this.belt.outputs('drum', 'wheel'),
      measured('belt_speed', 'm/s', [0, 2], { en: 'Belt speed', zh: '输送带速度' }, SENSORS.speed, () => (state.belt.drivenRpm / 60) * Math.PI * DRUM_M),
      measured('speed_setpoint', '%', [0, 100], { en: 'Speed asked', zh: '速度设定' }, SENSORS.command, () => 100 * place.speed()),
      measured('load', '%', [0, 100], { en: 'How full it is', zh: '负载率' }, SENSORS.level, () => 100 * state.loaded),
      contact('running', { en: 'Running', zh: '运行' }, () => this.unit.state.rpm > 0),
      shown('state', { en: 'Machine state', zh: '设备状态' }, () => (this.unit.state.rpm > 0 ? 'execute' : 'idle')),
    ]
  }

  override powerW(): number {
    return this.unit.state.electricalW
  }

  step({ timeS, dtS }: Step): void {
    const speed = this.#place.speed()
    this.state.loaded = Math.min(1, this.#place.load())
    this.belt.step(speed * 1420, dtS)
    const loadW = 1_500 * speed * (0.28 + 0.4 * this.state.loaded) + this.belt.lossW(1_500, speed)
    this.unit.step(timeS, dtS, speed * 1420, loadW, this.#place.weather.hallC)
  }
}
