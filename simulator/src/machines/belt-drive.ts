import { measured, type NumberOutput } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { relaxation } from '../physics/thermal.ts'

/** Creep of a healthy, tight V-belt. */
const CREEP = 0.012
/** Further slip of a belt that is slack and glazed, at severity 1. */
const WORST_SLIP = 0.35

/** A belt between a motor and what it turns; a slack one slips, which costs speed and makes heat. */
export class BeltDrive {
  /** Turns of the driven wheel per turn of the motor, without slip. */
  readonly ratio: number
  readonly defects = { beltSlip: 0 }
  readonly state = { drivenRpm: 0, temperatureC: 25 }

  constructor(ratio: number) {
    this.ratio = ratio
  }

  slip(): number {
    return CREEP + WORST_SLIP * this.defects.beltSlip
  }

  /** Speed of the driven wheel; the slipping part warms the belt. */
  step(motorRpm: number, dtS: number): number {
    this.state.drivenRpm = motorRpm * this.ratio * (1 - this.slip())
    const goalC = 25 + (motorRpm > 0 ? 12 + 160 * (this.slip() - CREEP) : 0)
    this.state.temperatureC += (goalC - this.state.temperatureC) * relaxation(dtS, 300)
    return this.state.drivenRpm
  }

  /** Power that turns into heat in the belt beyond the healthy loss. */
  lossW(ratedW: number, speed: number): number {
    return ratedW * speed * 0.25 * (this.slip() - CREEP) + 0.02 * ratedW * speed
  }

  outputs(prefix: string, driven: string): NumberOutput[] {
    const { state } = this
    return [
      measured(`${prefix}_${driven}_speed`, '1/min', [0, 2000], { en: 'Speed of the driven wheel', zh: '从动轮转速' }, SENSORS.speed, () => state.drivenRpm),
      measured(`${prefix}_belt_temperature`, 'Cel', [0, 120], { en: 'Belt temperature', zh: '皮带温度' }, SENSORS.temperature, () => state.temperatureC),
    ]
  }
}
