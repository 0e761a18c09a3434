import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { BatchCourse, LEAST_RUNS } from '../../detectors/batch-course.ts'
import type { StateReader, StateWriter } from '../../scoring/state-codec.ts'
import { isSettled, learnTail, TAIL_FIELDS, tailLimit } from '../../scoring/tail-limit.ts'
import type { Evidence } from './evidence.ts'

/** State signals that may name phases or recipes; values of one of them beyond which it names batches or orders; signals whose course is learned. */
const [MAX_STATES, MAX_VALUES, MAX_WIDTH] = [4, 12, 12]
/** Courses of an asset that are learned, and phases that are remembered as having none. */
const [MAX_COURSES, MAX_KNOWN] = [16, 64]
/** Minutes of a phase that has a course worth learning. */
const [SHORTEST, LONGEST] = [5, 1_440]
/** A run is of the usual length within this part of it; a phase whose runs mostly are not has no course. */
const [SAME_LENGTH, LENGTHS, MISFITS] = [0.25, 3, 8]
/** A recipe has so many phases whose course is known, and the asset spends such a part of its time in them (of the last day): a machine that runs and waits as orders come has none. */
const [LEAST_COURSES, LEAST_COVERED, COVERED_WEIGHT] = [3, 0.5, 1 / 1_440]
/** What is known of that part at first counts as so many minutes without. */
const UNCOVERED = 240
/** Of so many values in a row that are all new, each numbers a batch, and none will come again. */
const NUMBERED = 5
/** A recipe that is named so shortly after its phase began belongs to it; one that changes later ends what is known of the run. */
const NAMED_US = 2 * US_PER_MINUTE
/** A gap in the data that spoils a run for learning. */
const GAP_US = 5 * US_PER_MINUTE
/** The envelope's own limit is what one episode in so many judged frames passes, between 1 and this: four spreads of good runs are rare enough, and the asset's own limit stands above it. */
const [RARE, HIGHEST] = [1 / 20_160, 1.5]
/** Minutes that a run may be ahead or behind: a frame does not tell when in its minute the phase began. */
const SLACK = 1
/** What is learned is cut at so many limits. */
const LEARNED_UP_TO = 1.5
/** What switches and counts, and names no phase. */
const NO_NAME = /^(|true|false|on|off|-?[\d.]+)$/i

/** A frame as recipes are judged by it. */
export interface RecipeFrame {
  readonly endUs: number
  readonly values: Float64Array
  readonly mayLearn: boolean
  /** What a state signal says at the end of the frame. */
  stateOf(signal: number): string
  /** Whether the usual charts judge a numeric signal: counters and setpoints are not measured. */
  isJudged(signal: number): boolean
}

interface StateSignal {
  values: string[]
  /** Whether one of them has come again: names do, numbers do not. */
  hasReturned: boolean
  current: string
  /** When the run of this value began; undefined when its beginning was not seen. */
  sinceUs: number | undefined
  key: string
  isGood: boolean
}

interface Phase {
  course: BatchCourse | undefined
  /** Minutes of the first good runs; from three on, their middle is the usual length. */
  lengths: number[]
  misfits: number
}

/** Finds phases that come again and again, learns the course that the asset's numbers take through each (for each recipe, if another state names one), and judges runs by it. */
export class RecipeWatch {
  readonly #width: number
  readonly #states: StateSignal[]
  readonly #phases = new Map<string, Phase>()
  readonly #tail = new Float64Array(TAIL_FIELDS)
  #lastUs = Number.NEGATIVE_INFINITY
  /** Part of the asset's time that lies in phases whose course is known or being learned. */
  #covered = 0
  #coveredFrames = UNCOVERED

  constructor(states: number, signals: number) {
    this.#width = Math.min(MAX_WIDTH, signals)
    this.#states = Array.from({ length: Math.min(MAX_STATES, states) }, () => ({ values: [], hasReturned: false, current: '', sinceUs: undefined, key: '', isGood: false }))
  }

  /** Courses that runs are judged by, the most good runs of any phase, which signals follow one, and which states may name phases. */
  describe(): { readonly courses: number; readonly runs: number; readonly signals: readonly number[]; readonly phases: readonly number[] } {
    const courses = [...this.#phases.values()].flatMap(({ course }) => course ?? [])
    const known = courses.filter((course) => course.known >= LEAST_RUNS)
    const signals = Array.from({ length: this.#width }, (_, signal) => signal).filter((signal) => known.some((course) => course.follows(signal)))
    const phases = [...this.#states.keys()].filter((index) => [...this.#phases].some(([key, { course }]) => course !== undefined && key.split('\u0000')[index]?.startsWith(`${index}=`) === true))
    const courseful = known.filter((course) => signals.some((signal) => course.follows(signal)))
    return { courses: this.#isRecipe ? courseful.length : 0, runs: Math.max(0, ...courses.map((course) => course.known)), signals, phases }
  }

  /** Memory in bytes, about. */
  get bytes(): number {
    return [...this.#phases.values()].reduce((sum, { course }) => sum + (course?.bytes ?? 0), 0)
  }

  /** Takes a frame; undefined while no course is known for what goes on. */
  frame({ endUs, values, mayLearn, stateOf, isJudged }: RecipeFrame): readonly Evidence[] | undefined {
    const hasGap = endUs - this.#lastUs > GAP_US
    this.#lastUs = endUs
    const changed = this.#states.filter((state, index) => {
      const value = stateOf(index)
      if (value === state.current) return false
      this.#end(state, endUs)
      state.current = value
      this.#note(state, value)
      return true
    })
    let evidence: Evidence[] | undefined
    const isCovered = this.#states.some(({ key }) => this.#phases.get(key)?.course !== undefined)
    if (isCovered || this.#coveredFrames > UNCOVERED) this.#covered += Math.max(COVERED_WEIGHT, 1 / ++this.#coveredFrames) * (Number(isCovered) - this.#covered)
    for (const state of this.#states) {
      if (changed.includes(state)) this.#begin(state, endUs, hasGap)
      else if (changed.length > 0 && state.key !== this.#keyOf(state)) this.#rename(state, endUs)
      if (hasGap || !mayLearn) state.isGood = false
      const judged = this.#judge(state, values, endUs, isJudged)
      if (judged !== undefined) evidence = [...(evidence ?? []), ...judged]
    }
    return evidence === undefined || !this.#isRecipe ? undefined : this.#limited(evidence)
  }

  /** What a state says names something until it turns out to number batches or orders. What was learned under numbers, or without names, is learned anew. */
  #note(state: StateSignal, value: string): void {
    const wasName = isName(state)
    if (state.values.includes(value)) state.hasReturned = true
    else if (state.values.length <= MAX_VALUES) state.values.push(value)
    if (isName(state) !== wasName) this.#phases.clear()
  }

  /** Another state changed: at once, it names the recipe of the run; later the run is neither judged nor learned. */
  #rename(state: StateSignal, endUs: number): void {
    const { sinceUs } = state
    if (sinceUs === undefined) return
    this.#begin(state, endUs, false)
    state.sinceUs = endUs - sinceUs <= NAMED_US + US_PER_MINUTE ? sinceUs : undefined
  }

  get #isRecipe(): boolean {
    let known = 0
    for (const { course } of this.#phases.values()) if (course !== undefined && course.known >= LEAST_RUNS) known++
    return known >= LEAST_COURSES && this.#covered >= LEAST_COVERED
  }

  #begin(state: StateSignal, endUs: number, hasGap: boolean): void {
    // Where a gap hides when it began, nothing is known of how far it is.
    state.sinceUs = hasGap ? undefined : endUs - US_PER_MINUTE
    state.isGood = true
    state.key = this.#keyOf(state)
    if (!this.#isPhase(state)) {
      state.sinceUs = undefined
      return
    }
    let phase = this.#phases.get(state.key)
    if (phase === undefined && this.#phases.size < MAX_KNOWN) {
      phase = { course: undefined, lengths: [], misfits: 0 }
      this.#phases.set(state.key, phase)
    }
    phase?.course?.begin()
  }

  /** A run is over: whether it was good, and of the usual length. */
  #end(state: StateSignal, endUs: number): void {
    const phase = this.#phases.get(state.key)
    if (phase === undefined || state.sinceUs === undefined || !state.isGood) return
    const minutes = (endUs - US_PER_MINUTE - state.sinceUs) / US_PER_MINUTE
    if (phase.misfits >= MISFITS) return
    if (minutes < SHORTEST || minutes > LONGEST) {
      phase.misfits++
      return
    }
    const usual = lengthOf(phase)
    if (usual === undefined) {
      phase.lengths.push(minutes)
      if (phase.lengths.length === LENGTHS) this.#settle(phase)
      return
    }
    const isUsual = Math.abs(minutes - usual) <= SAME_LENGTH * usual
    phase.misfits = Math.max(0, phase.misfits + (isUsual ? -1 : 1))
    if (isUsual && phase.course !== undefined) this.#learn(phase.course)
    // A stop that lasts as long as it will: its memory is for others.
    if (phase.misfits >= MISFITS) phase.course = undefined
  }

  /** A good run counts. Which signals follow courses is a question to all of them: one that stands at another level in each phase does, one that is the same in all does not. */
  #learn(course: BatchCourse): void {
    course.learn()
    const courses = [...this.#phases.values()].flatMap((phase) => phase.course ?? [])
    for (let signal = 0; signal < this.#width; signal++) {
      let [count, sum, squares, low, high] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const one of courses) {
        for (const mean of one.means(signal)) {
          count++
          sum += mean
          squares += mean * mean
          low = Math.min(low, mean)
          high = Math.max(high, mean)
        }
      }
      const apart = count === 0 ? { variance: 0, range: 0 } : { variance: Math.max(0, squares / count - (sum / count) ** 2), range: high - low }
      for (const one of courses) one.settle(signal, apart)
    }
  }

  /** Three lengths are known: the course can be learned, if they are alike and there is room. */
  #settle(phase: Phase): void {
    const usual = lengthOf(phase) as number
    if (phase.lengths.some((minutes) => Math.abs(minutes - usual) > SAME_LENGTH * usual)) {
      phase.lengths = []
      phase.misfits += 2
      return
    }
    const courses = [...this.#phases.values()].filter(({ course }) => course !== undefined).length
    if (courses < MAX_COURSES) phase.course = new BatchCourse(this.#width)
  }

  #judge(state: StateSignal, values: Float64Array, endUs: number, isJudged: (signal: number) => boolean): Evidence[] | undefined {
    const phase = this.#phases.get(state.key)
    const course = phase?.course
    if (phase === undefined || course === undefined || state.sinceUs === undefined) return undefined
    const minutes = lengthOf(phase) ?? 1
    const progress = (endUs - state.sinceUs - US_PER_MINUTE) / US_PER_MINUTE / minutes
    // What lasts longer than usual is told as a state that does not end.
    if (progress >= 1) return undefined
    let judged: Evidence[] | undefined
    for (let signal = 0; signal < this.#width; signal++) {
      const value = values[signal] as number
      course.gather(signal, progress, value)
      const deviation = isJudged(signal) ? course.judge(signal, progress, value, SLACK / minutes) : undefined
      if (deviation === undefined) continue
      const { score, expected, band } = deviation
      judged = [...(judged ?? []), { signal, score, isCertain: false, reason: 'batch', value, expected, band, sinceUs: endUs - US_PER_MINUTE, state: this.#nameOf(state), progress }]
    }
    return judged
  }

  /** Scores beside the limit that was learned. */
  #limited(evidence: readonly Evidence[]): readonly Evidence[] {
    const worst = evidence.reduce((most, { score }) => Math.max(most, score), 0)
    const limit = isSettled(this.#tail, 0) ? Math.max(1, Math.min(HIGHEST, tailLimit(this.#tail, 0, RARE))) : HIGHEST
    learnTail(this.#tail, 0, Math.min(worst, LEARNED_UP_TO * limit))
    return evidence.map((one) => ({ ...one, score: one.score / limit, band: one.band * limit }))
  }

  #isPhase(state: StateSignal): boolean {
    return isName(state) && !NO_NAME.test(state.current)
  }

  /** The phase, and the recipe and whatever else is named meanwhile. */
  #keyOf(state: StateSignal): string {
    return this.#states.map((other, index) => (other === state ? `${index}=${state.current}` : this.#isPhase(other) ? other.current : '')).join('\u0000')
  }

  #nameOf(state: StateSignal): string {
    const others = this.#states.flatMap((other) => (other !== state && this.#isPhase(other) ? other.current : []))
    return [...others, state.current].join(' · ')
  }

  /** Takes over what is known of an asset whose signals have changed: `states` and `numbers` say where each signal was, −1 for a new one. */
  takeOver(other: RecipeWatch, states: readonly number[], numbers: readonly number[]): void {
    // Keys name states by their places: where those change, phases are learned anew.
    if (this.#states.some((_, index) => states[index] !== index) || other.#states.length !== this.#states.length) return
    for (const [index, state] of this.#states.entries()) Object.assign(state, structuredClone(other.#states[index]))
    this.#lastUs = other.#lastUs
    this.#covered = other.#covered
    this.#coveredFrames = other.#coveredFrames
    this.#tail.set(other.#tail)
    for (const [key, { course, lengths, misfits }] of other.#phases) this.#phases.set(key, { course: course?.remapped(numbers.slice(0, this.#width)), lengths: [...lengths], misfits })
  }

  save(into: StateWriter): void {
    const phases = [...this.#phases].map(([key, { course, lengths, misfits }]) => ({ key, lengths, misfits, hasCourse: course !== undefined }))
    into.text(JSON.stringify({ states: this.#states, phases, coveredFrames: this.#coveredFrames }))
    into.number(this.#lastUs)
    into.number(this.#covered)
    into.numbers(this.#tail)
    for (const { course } of this.#phases.values()) course?.save(into)
  }

  restore(from: StateReader): void {
    // Our own writer made it, and the file's checksum held.
    const { states, phases, coveredFrames } = JSON.parse(from.text()) as { states: StateSignal[]; phases: { key: string; lengths: number[]; misfits: number; hasCourse: boolean }[]; coveredFrames?: number }
    // Before names were told from numbers, all were names.
    for (const [index, state] of this.#states.entries()) Object.assign(state, { hasReturned: true }, states[index] ?? {})
    this.#coveredFrames = coveredFrames ?? 1 / COVERED_WEIGHT
    this.#lastUs = from.number()
    this.#covered = from.number()
    this.#tail.set(from.numbers(TAIL_FIELDS))
    this.#phases.clear()
    for (const { key, lengths, misfits, hasCourse } of phases) {
      const course = hasCourse ? new BatchCourse(this.#width) : undefined
      course?.restore(from)
      this.#phases.set(key, { course, lengths, misfits })
    }
  }
}

/** Whether what a state says are names, such as of recipes and phases, and not numbers of batches. */
function isName({ values, hasReturned }: StateSignal): boolean {
  return values.length <= MAX_VALUES && (hasReturned || values.length < NUMBERED)
}

/** Usual minutes of a phase; undefined while too few runs are known. */
function lengthOf({ lengths }: Phase): number | undefined {
  return lengths.length < LENGTHS ? undefined : lengths.toSorted((a, b) => a - b)[LENGTHS >> 1]
}
