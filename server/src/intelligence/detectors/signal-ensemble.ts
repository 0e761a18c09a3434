import { ConformalScore } from '../scoring/conformal.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { ContextNovelty } from './context-novelty.ts'
import { LevelShift } from './level-shift.ts'
import { NearestShape } from './nearest-shape.ts'
import { RollingLevel } from './rolling-level.ts'
import type { SignalDetector } from './signal-detector.ts'

/** Scores that a detector must have given before its p-values count. */
const CALIBRATED = 100

/** Sums below this are usual; a second alarm within the refractory time must be this much stronger than the first. */
const [NOTABLE, STRONGER] = [2, 1.15]

const [KIND, VERSION] = ['signal-ensemble', 1]

const RESTORERS = [RollingLevel.restore, NearestShape.restore, ContextNovelty.restore, LevelShift.restore, LevelShift.restore] as const

/**
 * Several detectors of one signal as one: each one's score becomes a conformal p-value among its own, and the negative logarithms are added (Fisher 1932), so that
 * none outshouts the others by its scale. After an alarm the score rests for the refractory time unless it grows. For signals that matter: 2.5 MB each.
 */
export class SignalEnsemble implements SignalDetector {
  readonly #members: readonly SignalDetector[]
  readonly #calibrations: ConformalScore[]
  readonly #refractory: number
  #since = Number.POSITIVE_INFINITY
  #height = 0

  /** The range is the signal's declared one; `refractory` in samples. */
  constructor(low: number, high: number, refractory: number, members: readonly SignalDetector[] = [new RollingLevel(), new NearestShape(), new ContextNovelty(low, high), new LevelShift(20), new LevelShift(80)]) {
    this.#members = members
    this.#calibrations = members.map(() => new ConformalScore(100_000))
    this.#refractory = refractory
  }

  get ready(): boolean {
    return this.#calibrations.every(({ rows }) => rows > CALIBRATED)
  }

  step(value: number, mayLearn: boolean): number {
    let sum = 0
    for (const [index, member] of this.#members.entries()) {
      const score = member.step(value, mayLearn)
      const calibration = this.#calibrations[index] as ConformalScore
      if (calibration.rows > CALIBRATED) sum -= Math.log10(calibration.pValue(score))
      if (mayLearn) calibration.learn(score)
    }
    this.#since++
    if (this.#since < this.#refractory && sum <= this.#height * STRONGER) return 0
    if (sum > NOTABLE) {
      this.#since = 0
      this.#height = sum
    }
    return sum
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.numbers(Float64Array.of(this.#refractory, this.#since, this.#height))
    for (const [index, member] of this.#members.entries()) {
      const saved = member.save()
      into.text(Buffer.from(saved).toString('base64'))
      this.#calibrations[index]?.save(into)
    }
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved ensemble. */
  static restore(bytes: Uint8Array): SignalEnsemble {
    const from = new StateReader(bytes, KIND, VERSION)
    const [refractory = 0, since = 0, height = 0] = from.numbers(3)
    const members: SignalDetector[] = []
    const calibrations: ConformalScore[] = []
    for (const restore of RESTORERS) {
      members.push(restore(Buffer.from(from.text(), 'base64')))
      const calibration = new ConformalScore(100_000)
      calibration.restore(from)
      calibrations.push(calibration)
    }
    const ensemble = new SignalEnsemble(0, 1, refractory, members)
    ensemble.#calibrations.splice(0, calibrations.length, ...calibrations)
    ensemble.#since = since
    ensemble.#height = height
    return ensemble
  }
}
