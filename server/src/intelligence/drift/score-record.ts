import type { WireDriftPart } from '@millwright/model/wire/drift.ts'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { PresentSpread } from './present-spread.ts'
import { quantileAt, type DriftReference } from './drift-reference.ts'
import { RareEpisodes, type EpisodeCounts } from './rare-episodes.ts'

/** Edges of the score's histogram: three an octave around 1, the limit of a single chart. */
const EDGES = Array.from({ length: 24 }, (_, at) => 2 ** ((at - 15) / 3))
/** Judged minutes that are the reference: the first week in its place; and the present, halved at twice that. */
const [FIRST_FRAMES, PRESENT_FRAMES] = [7 * 1_440, 2 * 1_440]
/** Judged minutes of the present before anything is said. */
const LEAST_FRAMES = 1_440

/** What a model that is trained here showed of itself in its place. */
export interface ScoreSummary {
  readonly sinceUs: number
  readonly toUs: number
  readonly score: Omit<WireDriftPart, 'signal'>
  readonly episodes: EpisodeCounts
  /** Part of the minutes in which an input had no value, of the first week and of late; in the order of the inputs. */
  readonly missing: readonly { readonly before: number; readonly now: number; readonly isSettled: boolean }[]
}

/** How a watch scores in service: its scores of late beside those of its first week in this place, how often it called minutes rare, and inputs that were missing. A few hundred numbers at most, one pass. */
export class ScoreRecord {
  #sinceUs = Number.NaN
  #toUs = Number.NaN
  readonly #first = new Float64Array(EDGES.length + 1)
  #firstFrames = 0
  #present: PresentSpread | undefined
  readonly #episodes = new RareEpisodes(US_PER_MINUTE)
  #missing: { first: Float64Array; now: Float64Array }
  #frames = { first: 0, now: 0 }

  constructor(inputs: number) {
    this.#missing = { first: new Float64Array(inputs), now: new Float64Array(inputs) }
  }

  /** Takes every minute: what the inputs were. Another number of inputs begins their count again. */
  inputs(endUs: number, values: Float64Array): void {
    if (Number.isNaN(this.#sinceUs)) this.#sinceUs = endUs
    this.#toUs = endUs
    if (values.length !== this.#missing.now.length) {
      this.#missing = { first: new Float64Array(values.length), now: new Float64Array(values.length) }
      this.#frames = { first: 0, now: 0 }
    }
    const isFirst = this.#frames.first < FIRST_FRAMES
    const into = isFirst ? this.#missing.first : this.#missing.now
    for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at])) into[at] = (into[at] as number) + 1
    if (isFirst) this.#frames.first++
    else if (++this.#frames.now >= 2 * PRESENT_FRAMES) {
      this.#frames.now /= 2
      for (let at = 0; at < into.length; at++) into[at] = (into[at] as number) / 2
    }
  }

  /** Takes a judged minute that nobody said was a fault or planned. */
  score(score: number, pValue: number): void {
    if (!Number.isFinite(score)) return
    this.#episodes.add(pValue)
    if (this.#present !== undefined) return this.#present.add(score)
    let bin = 0
    while (bin < EDGES.length && (EDGES[bin] as number) < score) bin++
    this.#first[bin] = (this.#first[bin] as number) + 1
    if (++this.#firstFrames >= FIRST_FRAMES) this.#present = this.#beginPresent()
  }

  #reference(): DriftReference {
    const total = Math.max(1, this.#firstFrames)
    const shares = Array.from(this.#first, (count) => count / total)
    const mean = shares.reduce((sum, share, at) => sum + share * Math.sqrt((EDGES[at - 1] ?? EDGES[at] ?? 0) * (EDGES[at] ?? EDGES[at - 1] ?? 0)), 0)
    return { count: this.#firstFrames, mean, edges: EDGES, shares, missing: 0 }
  }

  #beginPresent(): PresentSpread {
    return new PresentSpread(this.#reference(), { memory: PRESENT_FRAMES, least: LEAST_FRAMES })
  }

  summary(): ScoreSummary | undefined {
    if (Number.isNaN(this.#sinceUs)) return undefined
    const reference = this.#reference()
    const at = (part: number) => quantileAt(reference, part)
    const spread = this.#firstFrames === 0 ? null : { count: reference.count, mean: reference.mean, low: at(0.05), middle: at(0.5), high: at(0.95) }
    const { first, now } = this.#frames
    return {
      sinceUs: this.#sinceUs,
      toUs: this.#toUs,
      score: { ...(this.#present?.measure() ?? { state: 'collecting', psi: null, ks: null, missing: null }), reference: spread, now: this.#present?.spread() ?? null },
      episodes: this.#episodes.counts(),
      missing: Array.from(this.#missing.first, (before, index) => ({ before: before / Math.max(1, first), now: now > 0 ? (this.#missing.now[index] as number) / now : before / Math.max(1, first), isSettled: now >= LEAST_FRAMES })),
    }
  }

  /** Plain numbers, for JSON. */
  save(): object {
    return { sinceUs: this.#sinceUs, toUs: this.#toUs, first: [...this.#first], firstFrames: this.#firstFrames, present: this.#present?.numbers(), episodes: this.#episodes.save(), missing: { first: [...this.#missing.first], now: [...this.#missing.now] }, frames: this.#frames }
  }

  /** Of what {@link save} gave, on its way through JSON. */
  static restore(read: SavedRecord): ScoreRecord {
    const record = new ScoreRecord(read.missing.now.length)
    record.#sinceUs = read.sinceUs ?? Number.NaN
    record.#toUs = read.toUs ?? Number.NaN
    record.#first.set(read.first)
    record.#firstFrames = read.firstFrames
    if (read.present !== undefined) {
      record.#present = record.#beginPresent()
      record.#present.take(read.present)
    }
    record.#episodes.restore(read.episodes)
    record.#missing = { first: Float64Array.from(read.missing.first), now: Float64Array.from(read.missing.now) }
    record.#frames = { ...read.frames }
    return record
  }
}

/** What a saved record is after its way through JSON; a time that was not there is null. */
export interface SavedRecord {
  readonly sinceUs: number | null
  readonly toUs: number | null
  readonly first: readonly number[]
  readonly firstFrames: number
  readonly present?: readonly number[]
  readonly episodes: readonly number[]
  readonly missing: { readonly first: readonly number[]; readonly now: readonly number[] }
  readonly frames: { readonly first: number; readonly now: number }
}
