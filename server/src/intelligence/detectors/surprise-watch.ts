import { ConformalScore } from '../scoring/conformal.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { NearestShape } from './nearest-shape.ts'
import { PatternSurprise } from './pattern-surprise.ts'
import { RecentExcess } from './recent-excess.ts'
import { RollingLevel } from './rolling-level.ts'
import type { SignalDetector } from './signal-detector.ts'

/** Over how many samples surprises are gathered: a spike, a jolt, a change, a spell. */
const SPELLS = [1, 3, 8, 30] as const

/** Weight of how rare a value is by its height, and of how rare by the shape of its last samples; both as −log₁₀ of a conformal p-value. */
const [BY_LEVEL, BY_SHAPE] = [0.4, 0.2]

/** Scores that a conformal p-value needs before it counts, and how many are remembered. */
const [CALIBRATED, REMEMBERED] = [100, 100_000]

/** Scores below this are usual; within the refractory time a second alarm must be this much stronger than the first. */
const [NOTABLE, STRONGER] = [2, 1.2]

const [KIND, VERSION] = ['surprise-watch', 1]

/** Which guards stand beside the surprise, for what patterns on a grid cannot see: heights beyond the usual, and shapes never met. The first costs half a microsecond, the second thirty. */
export interface SurpriseGuards {
  readonly level: boolean
  readonly shape: boolean
}

export const NO_GUARDS: SurpriseGuards = { level: false, shape: false }

/**
 * One signal watched by how surprising its patterns are ({@link PatternSurprise}), gathered by {@link RecentExcess} over spells from one sample to about thirty. After an alarm it rests for the refractory time unless the score grows. Memory: 2 MB.
 */
export class SurpriseWatch implements SignalDetector {
  readonly #refractory: number
  readonly #guards: SurpriseGuards
  readonly #surprise: PatternSurprise
  readonly #spells: RecentExcess[] = SPELLS.map((samples) => new RecentExcess(samples))
  readonly #level: RollingLevel
  readonly #shape: NearestShape
  readonly #levelRarity = new ConformalScore(REMEMBERED)
  readonly #shapeRarity = new ConformalScore(REMEMBERED)
  #since = Number.POSITIVE_INFINITY
  #height = 0

  /** The range is the signal's declared one; `refractory` in samples. */
  constructor(low: number, high: number, refractory: number, guards = NO_GUARDS, parts = { surprise: new PatternSurprise(low, high), level: new RollingLevel(), shape: new NearestShape() }) {
    this.#refractory = refractory
    this.#guards = guards
    this.#surprise = parts.surprise
    this.#level = parts.level
    this.#shape = parts.shape
  }

  get ready(): boolean {
    return this.#surprise.ready
  }

  step(value: number, mayLearn: boolean): number {
    const surprise = this.#surprise.step(value, mayLearn)
    let score = 0
    for (const spell of this.#spells) score += spell.step(surprise) / SPELLS.length
    if (this.#guards.level) score += BY_LEVEL * rarity(this.#levelRarity, this.#level.step(value, mayLearn), mayLearn)
    if (this.#guards.shape) score += BY_SHAPE * rarity(this.#shapeRarity, this.#shape.step(value, mayLearn), mayLearn)
    this.#since++
    if (this.#since < this.#refractory && score <= this.#height * STRONGER) return 0
    if (score > NOTABLE) {
      this.#since = 0
      this.#height = score
    }
    return score
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.numbers(Float64Array.of(this.#refractory, this.#guards.level ? 1 : 0, this.#guards.shape ? 1 : 0, this.#since, this.#height))
    for (const part of [this.#surprise, this.#level, this.#shape]) into.text(Buffer.from(part.save()).toString('base64'))
    for (const spell of this.#spells) spell.save(into)
    this.#levelRarity.save(into)
    this.#shapeRarity.save(into)
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved watch. */
  static restore(bytes: Uint8Array): SurpriseWatch {
    const from = new StateReader(bytes, KIND, VERSION)
    const [refractory = 0, level = 1, shape = 1, since = 0, height = 0] = from.numbers(5)
    const part = () => Buffer.from(from.text(), 'base64')
    const parts = { surprise: PatternSurprise.restore(part()), level: RollingLevel.restore(part()), shape: NearestShape.restore(part()) }
    const watch = new SurpriseWatch(0, 1, refractory, { level: level === 1, shape: shape === 1 }, parts)
    watch.#spells.splice(0, SPELLS.length, ...SPELLS.map(() => RecentExcess.restore(from)))
    watch.#levelRarity.restore(from)
    watch.#shapeRarity.restore(from)
    watch.#since = since
    watch.#height = height
    return watch
  }
}

/** −log₁₀ of how often a normal sample scores this high. */
function rarity(among: ConformalScore, score: number, mayLearn: boolean): number {
  const rare = among.rows > CALIBRATED ? -Math.log10(among.pValue(score)) : 0
  if (mayLearn) among.learn(score)
  return rare
}
