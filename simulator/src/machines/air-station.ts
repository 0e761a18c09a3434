import { PlantMachine, type Machine, type Step } from '../plant/machine.ts'
import { SmoothNoise } from '../physics/smooth-noise.ts'
import type { Weather } from '../physics/weather.ts'
import { counted, measured } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { ScrewCompressor } from './compressor.ts'

/** Something that takes compressed air. */
export interface AirUser extends Machine {
  /** Free air that it takes now, m3/s. */
  airFlow(): number
}

const ATMOSPHERE_PA = 101_325
const SETPOINT_PA = 7e5
/** Leaks that every real network has at 7 bar, as free air m3/s (about 12 % of the mean; ISO 11011 surveys find 10 to 30 %). */
const OLD_LEAKS = 0.012
/** A leak of severity 1 at 7 bar, m3/s: an 8 mm hole. */
export const WORST_LEAK = 0.05

/** What the station is made of. */
export interface AirStationParts {
  readonly volumeM3: number
  readonly compressors: readonly ScrewCompressor[]
  readonly users: readonly AirUser[]
  readonly weather: Weather
  readonly seed: number
}

/** The receiver with its compressors, sequenced by its pressure, and all that draws from it. Air is neither made nor lost. */
export class AirStation extends PlantMachine {
  readonly type = 'air_receiver'
  readonly words = { en: 'Compressed air receiver and network', zh: '储气罐及压缩空气管网' }
  override readonly properties
  /** `leak`: a hole in the main. */
  override readonly defects = { leak: 0 }
  readonly parts: AirStationParts
  readonly state = { pressurePa: SETPOINT_PA, supplied: 0, used: 0, leaked: 0, volumeM3: 0, trim: 0.5, temperatureC: 25 }
  readonly outputs
  readonly #hand: SmoothNoise

  constructor(path: string, parts: AirStationParts) {
    super(path)
    this.parts = parts
    this.properties = { volume_m3: parts.volumeM3, setpoint_bar: 7 }
    this.#hand = new SmoothNoise(parts.seed, `${path}:hand`, 240)
    const state = this.state
    this.outputs = [
      measured('pressure', 'bar', [0, 10], { en: 'Receiver pressure', zh: '储气罐压力' }, SENSORS.pressure, () => state.pressurePa / 1e5),
      measured('supplied_flow', 'm3/min', [0, 30], { en: 'Free air supplied', zh: '供气流量' }, SENSORS.flow, () => state.supplied * 60),
      measured('network_flow', 'm3/min', [0, 30], { en: 'Free air into the network', zh: '管网流量' }, SENSORS.flow, () => (state.used + state.leaked) * 60),
      measured('temperature', 'Cel', [-10, 80], { en: 'Air temperature', zh: '空气温度' }, SENSORS.temperature, () => state.temperatureC),
      counted('volume', 'm3', { en: 'Free air used', zh: '累计用气量' }, () => state.volumeM3),
    ]
  }

  /** Pressure at the users, Pa. */
  get pressurePa(): number {
    return this.state.pressurePa
  }

  step(step: Step): void {
    const { users, weather } = this.parts
    const state = this.state
    // Blow guns and screwdrivers of people, more of them while machines run.
    const machines = users.reduce((sum, user) => sum + user.airFlow(), 0)
    state.used = machines + 0.004 + 0.12 * machines * (1 + 0.25 * this.#hand.at(step.timeS))
    this.#fill(step.dtS)
    state.volumeM3 += (state.used + state.leaked) * step.dtS
    state.temperatureC = weather.hallC + 6
    for (const compressor of this.parts.compressors) compressor.step(step)
  }

  /** Second by second, whatever the step: loading and unloading are quick. */
  #fill(dtS: number): void {
    const { compressors, volumeM3 } = this.parts
    const state = this.state
    const flows = compressors.map(() => 0)
    const shares = compressors.map(() => 0)
    const startPa = state.pressurePa
    let leaked = 0
    let supplied = 0
    for (let second = 0; second < dtS; second++) {
      let inflow = 0
      for (const [index, compressor] of compressors.entries()) {
        const flow = this.#deliver(compressor)
        flows[index] = (flows[index] as number) + flow
        shares[index] = (shares[index] as number) + (compressor.state.loaded ? 1 : 0)
        inflow += flow
      }
      const leak = ((OLD_LEAKS + WORST_LEAK * this.defects.leak) * (state.pressurePa + ATMOSPHERE_PA)) / (SETPOINT_PA + ATMOSPHERE_PA)
      state.pressurePa += ((inflow - state.used - leak) * ATMOSPHERE_PA) / volumeM3
      leaked += leak
      supplied += inflow
    }
    state.leaked = leaked / dtS
    state.supplied = supplied / dtS
    const meanPa = (startPa + state.pressurePa) / 2
    for (const [index, compressor] of compressors.entries()) {
      const share = (shares[index] as number) / dtS
      const speed = compressor.design.variable ? (share > 0 ? compressor.speedFor(state.trim * compressor.capacity()) : 0) : compressor.state.speed
      compressor.carry((flows[index] as number) / dtS, share, speed, meanPa + 2e4)
    }
  }

  /** Flow of one compressor in this second, after it looked at the pressure. */
  #deliver(compressor: ScrewCompressor): number {
    const { design, state: own } = compressor
    const bar = this.state.pressurePa / 1e5
    if (!own.loaded && bar < design.loadBar) own.loaded = true
    else if (own.loaded && bar > design.unloadBar) own.loaded = false
    if (!design.variable) return own.loaded ? compressor.capacity() : 0
    const error = (SETPOINT_PA - this.state.pressurePa) / 1e5
    const asked = this.state.trim + 0.03 * error
    this.state.trim = asked < 0.2 ? 0.2 : asked > 1 ? 1 : asked
    const share = this.state.trim + 0.6 * error
    return own.loaded ? compressor.capacity() * (share < 0.25 ? 0.25 : share > 1 ? 1 : share) : 0
  }
}
