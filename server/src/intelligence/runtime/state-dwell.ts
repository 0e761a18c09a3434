import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Values of a state signal that are remembered; one with more of them names things (orders, programs). */
const MAX_VALUES = 12
/** Frames of an asset before how long it stays in a state is judged: eight days, so that a weekend was among them. */
const EXPERIENCE = 8 * 1_440
/** A state is told when it lasts this many times the longest that was seen of it, and at least so many frames. */
const [TIMES, LEAST_KNOWN] = [3, 60]
/** A state that was never seen before is told after so many frames. */
const LEAST_NEW = 20
/** A state in which it stayed for so many frames (a day) may last: work, or a weekend. */
const LASTING = 1_440

interface Dwell {
  current: string
  frames: number
  /** Longest stay in each value, in frames; those that have just been met for the first time are not among them. */
  longest: Record<string, number>
  isDropped: boolean
  /** It was told that this stay is too long: only an accepted one becomes usual. */
  isTold: boolean
}

/** A state that lasts too long: which signal, for how many frames, and how many were usual. */
export interface LongStay {
  readonly signal: number
  readonly value: string
  readonly frames: number
  readonly usual: number
  /** Above 1 is to be told. */
  readonly ratio: number
}

/** Watches how long an asset stays in each of its states: a stop that never was seen before, or one that does not end. */
export class StateDwell {
  readonly #signals: Dwell[]
  #frames = 0

  constructor(count: number) {
    this.#signals = Array.from({ length: count }, () => ({ current: '', frames: 0, longest: {}, isDropped: false, isTold: false }))
  }

  /** Takes a frame: `valueOf` gives each signal's value. Answers the stay that is the most unusual, if it is to be told. */
  frame(valueOf: (signal: number) => string, mayLearn: boolean): LongStay | undefined {
    this.#frames++
    let worst: LongStay | undefined
    for (const [index, dwell] of this.#signals.entries()) {
      if (dwell.isDropped) continue
      const value = valueOf(index)
      if (value !== dwell.current) this.#leave(dwell, value, mayLearn)
      dwell.frames++
      if (this.#frames === EXPERIENCE) this.#know(dwell)
      const usual = dwell.longest[value]
      if (this.#frames <= EXPERIENCE || value === '' || (usual ?? 0) >= LASTING) continue
      const ratio = dwell.frames / (usual === undefined ? LEAST_NEW : Math.max(LEAST_KNOWN, TIMES * usual))
      if (ratio > 1) dwell.isTold = true
      if (ratio > 1 && ratio > (worst?.ratio ?? 0)) worst = { signal: index, value, frames: dwell.frames, usual: usual ?? 0, ratio }
    }
    return worst
  }

  #leave(dwell: Dwell, value: string, mayLearn: boolean): void {
    const known = dwell.longest[dwell.current]
    if (mayLearn && !dwell.isTold && dwell.frames > 0) dwell.longest[dwell.current] = Math.max(known ?? 0, dwell.frames)
    dwell.current = value
    dwell.frames = 0
    dwell.isTold = false
    if (Object.keys(dwell.longest).length <= MAX_VALUES) return
    dwell.isDropped = true
    dwell.longest = {}
  }

  /** What lasts now is usual from now on. */
  accept(): void {
    for (const dwell of this.#signals) if (!dwell.isDropped) this.#know(dwell)
  }

  #know(dwell: Dwell): void {
    dwell.longest[dwell.current] = Math.max(dwell.longest[dwell.current] ?? 0, dwell.frames)
  }

  /** Takes over what is known of state signals whose places have changed: `places` says where each one was, −1 for a new one. */
  takeOver(other: StateDwell, places: readonly number[]): void {
    this.#frames = other.#frames
    for (const [now, before] of places.entries()) Object.assign(this.#signals[now] ?? {}, structuredClone(other.#signals[before] ?? {}))
  }

  save(into: StateWriter): void {
    into.text(JSON.stringify({ frames: this.#frames, signals: this.#signals }))
  }

  restore(from: StateReader): void {
    // Our own writer made it, and the file's checksum held.
    const { frames, signals } = JSON.parse(from.text()) as { frames: number; signals: Dwell[] }
    this.#frames = frames
    for (const [index, dwell] of this.#signals.entries()) Object.assign(dwell, signals[index] ?? {})
  }
}
