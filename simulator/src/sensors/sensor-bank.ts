import { Status } from '@millwright/model/quality.ts'
import type { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { RandomStream } from '../physics/random.ts'
import { SmoothNoise } from '../physics/smooth-noise.ts'
import { relaxation } from '../physics/thermal.ts'
import type { NumberOutput } from './output.ts'
import { HEARTBEAT_S } from './sensor-class.ts'

/** How a sensor can be out of order; each 0 for sound. Only faults write here. */
export interface SensorDefects {
  /** Offset, as a share of the span. */
  drift: number
  frozen: boolean
  /** Share of samples that are spikes. */
  spikes: number
  /** Position of the sensor whose wires are changed with this one's; -1 for none. */
  swappedWith: number
}

const QUARTER_S = 90 * 86_400
const DRIFT_REFRESH_S = 3600
/** Noise may touch the end of the range; beyond this share of the span the reading is limited and says so. */
const END_MARGIN = 0.012

/** What the bank remembers, as plain data. */
export interface SensorBankState {
  readonly lagged: Float64Array
  readonly shown: Float64Array
  readonly shownAtS: Float64Array
}

/**
 * All numeric sensors in columns: from the truth to what a gateway sees. Lag, calibration that wanders, noise, range, resolution,
 * deadband with heartbeat. A truth of exactly 0 (a shaft that stands) is shown as 0.
 */
export class SensorBank {
  readonly defects: readonly SensorDefects[]
  readonly state: SensorBankState
  readonly #outputs: readonly NumberOutput[]
  readonly #series: Uint32Array
  readonly #streams: readonly RandomStream[]
  readonly #wander: readonly (SmoothNoise | undefined)[]
  readonly #offset: Float64Array
  readonly #lagShare: Float64Array
  readonly #scale: Float64Array
  readonly #noise: Float64Array
  readonly #low: Float64Array
  readonly #high: Float64Array
  readonly #margin: Float64Array
  #offsetHour = -1
  #everyS = 0

  constructor(seed: number, sensors: readonly { readonly series: number; readonly path: string; readonly output: NumberOutput }[]) {
    const count = sensors.length
    this.#outputs = sensors.map((sensor) => sensor.output)
    this.#series = Uint32Array.from(sensors, (sensor) => sensor.series)
    this.#streams = sensors.map((sensor) => new RandomStream(seed, `${sensor.path}:noise`))
    this.#wander = sensors.map(({ path, output }) => (output.sensor.drift > 0 ? new SmoothNoise(seed, `${path}:wander`, QUARTER_S) : undefined))
    this.#offset = new Float64Array(count)
    this.#lagShare = new Float64Array(count)
    this.#scale = Float64Array.from(this.#outputs, (output) => 1 / output.resolution)
    this.#noise = Float64Array.from(this.#outputs, (output) => output.sensor.noise * spanOf(output))
    this.#margin = Float64Array.from(this.#outputs, (output) => END_MARGIN * spanOf(output))
    this.#low = Float64Array.from(this.#outputs, (output) => output.low ?? -Infinity)
    this.#high = Float64Array.from(this.#outputs, (output) => output.high ?? Infinity)
    this.defects = sensors.map(() => ({ drift: 0, frozen: false, spikes: 0, swappedWith: -1 }))
    this.state = { lagged: new Float64Array(count).fill(Number.NaN), shown: new Float64Array(count).fill(Number.NaN), shownAtS: new Float64Array(count).fill(-HEARTBEAT_S) }
  }

  /** Shows the sensors `from`…`to` (exclusive) that are due at `timeS` when none is asked more often than every `everyS` seconds. */
  sample(from: number, to: number, time: { readonly timeS: number; readonly stampUs: number; readonly everyS: number }, into: BatchBuilder): void {
    const { timeS, stampUs, everyS } = time
    if (everyS !== this.#everyS) this.#setPace(everyS)
    if (Math.floor(timeS / DRIFT_REFRESH_S) !== this.#offsetHour) this.#wanderOn(timeS)
    const { shown, shownAtS } = this.state
    for (let at = from; at < to; at++) {
      const output = this.#outputs[at] as NumberOutput
      if (output.sensor.intervalS > everyS && timeS % output.sensor.intervalS !== 0) continue
      const raw = this.#look(at, output, timeS)
      const low = this.#low[at] as number
      const high = this.#high[at] as number
      const limited = raw < low ? low : raw > high ? high : raw
      const scale = this.#scale[at] as number
      const value = Math.round(limited * scale) / scale
      const step = Math.abs(value - (shown[at] as number))
      // NaN, the start, is not smaller than the deadband.
      if (step < (output.sensor.deadbandSteps * output.resolution) / 1.5 && timeS - (shownAtS[at] as number) < HEARTBEAT_S) continue
      shown[at] = value
      shownAtS[at] = timeS
      const beyond = Math.abs(raw - limited) > (this.#margin[at] as number)
      into.addNumber(this.#series[at] as number, stampUs, value, beyond ? Status.uncertain : Status.good)
    }
  }

  /** What the sensor makes of the truth now. */
  #look(at: number, output: NumberOutput, timeS: number): number {
    const defects = this.defects[at] as SensorDefects
    const { lagged } = this.state
    const source = defects.swappedWith < 0 ? output : (this.#outputs[defects.swappedWith] as NumberOutput)
    const truth = source.read()
    const before = lagged[at] as number
    if (defects.frozen && !Number.isNaN(before)) return before
    const seen = Number.isNaN(before) ? truth : before + (truth - before) * (this.#lagShare[at] as number)
    lagged[at] = seen
    const amplitude = this.#noise[at] as number
    if (defects.drift === 0 && defects.spikes === 0 && (amplitude === 0 || truth === 0)) return truth === 0 && Math.abs(seen) < output.resolution ? 0 : seen
    const stream = this.#streams[at] as RandomStream
    const noise = amplitude === 0 ? 0 : amplitude * stream.gaussian(timeS)
    const spike = defects.spikes > 0 && stream.uniform(timeS + 3_000_000_019) < defects.spikes ? (stream.uniform(timeS + 5) - 0.5) * 1.4 * spanOf(output) : 0
    return seen + (this.#offset[at] as number) + noise + defects.drift * spanOf(output) + spike
  }

  #setPace(everyS: number): void {
    this.#everyS = everyS
    for (const [at, { sensor }] of this.#outputs.entries()) {
      this.#lagShare[at] = sensor.lagS === 0 ? 1 : relaxation(Math.max(everyS, sensor.intervalS), sensor.lagS)
    }
  }

  #wanderOn(timeS: number): void {
    this.#offsetHour = Math.floor(timeS / DRIFT_REFRESH_S)
    for (const [at, output] of this.#outputs.entries()) {
      this.#offset[at] = output.sensor.drift * spanOf(output) * (this.#wander[at]?.at(this.#offsetHour * DRIFT_REFRESH_S) ?? 0)
    }
  }
}

function spanOf(output: NumberOutput): number {
  return (output.high ?? 0) - (output.low ?? 0)
}
