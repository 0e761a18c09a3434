import type { BearingGeometry } from './bearing.ts'
import { SmoothNoise } from './smooth-noise.ts'
import { relaxation } from './thermal.ts'

/** What a motor and the shaft it turns are built for. */
export interface RotatingDesign {
  readonly ratedW: number
  readonly ratedRpm: number
  readonly bearing: BearingGeometry
  /** Vibration velocity of the healthy machine at rated speed, mm/s RMS (ISO 20816-3 zone A is below 2.3 to 2.8). */
  readonly vibrationMmS?: number
  /** Blades, vanes or teeth: how often per turn the shaft is pushed. */
  readonly blades?: number
  readonly volts?: number
}

/** What is wrong with a unit, each 0 (sound) to 1 (must be stopped). Only faults write here. */
export interface RotatingDefects {
  outerRace: number
  innerRace: number
  imbalance: number
  misalignment: number
  /** Collapsing vapour bubbles in the pump on this shaft. */
  cavitation: number
}

// Losses at rated load as shares of rated power: iron and windage, copper, and the bearings' friction.
const FIXED_LOSS = 0.025
const LOAD_LOSS = 0.045
const FRICTION = 0.008
const DRIVE_END_SHARE = 0.6
const WINDING_RISE_K = 55
const BEARING_RISE_K = 22
const WINDING_TAU_S = 1500
const BEARING_TAU_S = 900
/** Running hours that use up a healthy bearing's nominal life (ISO 281 L10h for machines in three shifts). */
const LIFE_H = 60_000

/**
 * A motor, its shaft and its two bearings: electrical power from load and losses, heat in winding and bearings, wear, and the
 * level of vibration. The drive holds the speed that it is given, whatever the load.
 */
export class RotatingUnit {
  readonly design: RotatingDesign
  readonly defects: RotatingDefects = { outerRace: 0, innerRace: 0, imbalance: 0, misalignment: 0, cavitation: 0 }
  readonly state: {
    rpm: number; shaftW: number; electricalW: number; windingC: number; driveEndC: number; farEndC: number
    wear: number; runningS: number; energyJ: number; flutter: number
  }
  readonly #flutter: SmoothNoise

  constructor(design: RotatingDesign, seed: number, name: string, startC = 20) {
    this.design = design
    this.#flutter = new SmoothNoise(seed, `${name}:flutter`, 40)
    const worn = 0.1 + 0.25 * ((new SmoothNoise(seed, `${name}:age`, 1).at(0) + 3.5) / 7)
    this.state = {
      rpm: 0, shaftW: 0, electricalW: 0, windingC: startC, driveEndC: startC, farEndC: startC,
      wear: worn, runningS: worn * LIFE_H * 3600, energyJ: 0, flutter: 0,
    }
  }

  /** Heat that bearing friction makes now, W: what makes a bad bearing warm and costs power. */
  frictionW(): number {
    const speed = this.state.rpm / this.design.ratedRpm
    const { outerRace, innerRace, misalignment } = this.defects
    return FRICTION * this.design.ratedW * speed * (1 + 0.3 * this.state.wear + DRIVE_END_SHARE * 4 * (outerRace + innerRace) + 1.2 * misalignment)
  }

  /** Advances by `dtS` at `rpm` with `loadW` asked of the shaft by the machine. */
  step(timeS: number, dtS: number, rpm: number, loadW: number, aroundC: number): void {
    const state = this.state
    const { ratedW, ratedRpm } = this.design
    state.rpm = rpm
    const speed = rpm / ratedRpm
    const runs = rpm > 0
    state.shaftW = runs ? loadW + this.frictionW() : 0
    const load = state.shaftW / ratedW
    const lossW = runs ? ratedW * (FIXED_LOSS * speed + LOAD_LOSS * load * load) : 0
    state.electricalW = state.shaftW + lossW
    state.energyJ += state.electricalW * dtS
    const windingGoal = aroundC + (WINDING_RISE_K * lossW) / (ratedW * (FIXED_LOSS + LOAD_LOSS))
    state.windingC += (windingGoal - state.windingC) * relaxation(dtS, WINDING_TAU_S)
    this.#warmBearings(dtS, speed, aroundC)
    if (runs) {
      state.runningS += dtS
      state.wear += (dtS / (LIFE_H * 3600)) * (0.3 + 0.7 * load * load)
    }
    state.flutter = runs ? this.#flutter.at(timeS) : 0
  }

  #warmBearings(dtS: number, speed: number, aroundC: number): void {
    const state = this.state
    const { outerRace, innerRace, misalignment } = this.defects
    const shared = 0.22 * (state.windingC - aroundC) + aroundC
    const rise = BEARING_RISE_K * speed * (1 + 0.3 * state.wear + 0.8 * misalignment)
    const near = shared + rise + BEARING_RISE_K * speed * 2.4 * (outerRace + innerRace)
    const step = relaxation(dtS, BEARING_TAU_S)
    state.driveEndC += (near - state.driveEndC) * step
    state.farEndC += (shared + 0.85 * rise - state.farEndC) * step
  }

  /** Torque on the shaft, N m. */
  torqueNm(): number {
    const { rpm, shaftW } = this.state
    return rpm > 1 ? shaftW / ((rpm * Math.PI) / 30) : 0
  }

  /** Line current, A: the active part from power, and the magnetising part of the motor. */
  currentA(): number {
    const volts = this.design.volts ?? 400
    const active = this.state.electricalW / (Math.sqrt(3) * volts)
    const magnetising = this.state.rpm > 0 ? (0.28 * this.design.ratedW) / (Math.sqrt(3) * volts) : 0
    return Math.hypot(active, magnetising)
  }

  /** Vibration velocity at the drive end, 10 to 1000 Hz, mm/s RMS (ISO 20816-1). */
  velocityMmS(): number {
    const speed = this.state.rpm / this.design.ratedRpm
    const { outerRace, innerRace, imbalance, misalignment, cavitation } = this.defects
    const race = outerRace + innerRace
    const base = (this.design.vibrationMmS ?? 1.2) * (1 + 0.3 * this.state.wear) * (1 + 0.06 * this.state.flutter)
    return speed * Math.hypot(base, 8 * imbalance * speed, 5.5 * misalignment, 3 * race * race, 2.2 * cavitation)
  }

  /** The same at the far end: what acts at the drive end arrives there weakened. */
  farVelocityMmS(): number {
    const speed = this.state.rpm / this.design.ratedRpm
    const { outerRace, innerRace, imbalance, misalignment, cavitation } = this.defects
    const race = outerRace + innerRace
    const base = 0.8 * (this.design.vibrationMmS ?? 1.2) * (1 + 0.3 * this.state.wear) * (1 - 0.05 * this.state.flutter)
    return speed * Math.hypot(base, 6 * imbalance * speed, 3.5 * misalignment, race * race, 1.2 * cavitation)
  }

  /** Acceleration at the drive end, 1 to 10 kHz, m/s2 RMS: where impacts and bubbles show first. */
  accelerationMS2(): number {
    const speed = this.state.rpm / this.design.ratedRpm
    const { outerRace, innerRace, cavitation } = this.defects
    const base = 1.8 * (1 + 0.3 * this.state.wear) * (1 + 0.08 * this.state.flutter)
    return Math.sqrt(speed) * speed * Math.hypot(base, 14 * outerRace, 12 * innerRace, 16 * cavitation)
  }

  /** Amplitude of the acceleration's envelope, m/s2: the knocking of a damaged race, long before velocity moves. */
  envelopeMS2(): number {
    const speed = this.state.rpm / this.design.ratedRpm
    const { outerRace, innerRace, cavitation } = this.defects
    return speed * Math.hypot(0.6 * (1 + 0.3 * this.state.wear) * (1 + 0.08 * this.state.flutter), 11 * outerRace, 9 * innerRace, 2.5 * cavitation)
  }
}
