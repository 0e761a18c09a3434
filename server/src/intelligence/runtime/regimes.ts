import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Most operating regimes of an asset; frames of further ones are not judged. */
export const MAX_REGIMES = 6
/** Values of one state signal beyond which it names things (orders, programs), not states. */
const MAX_STATES = 6
/** A state that changes more often than this an hour belongs to a cycle, not to an operating regime. */
const MAX_CHANGES_PER_HOUR = 2
/** Frames before the rate of changes is judged. */
const JUDGE_FRAMES = 360
/** Changes of state that may wait for their frame; of more the oldest are applied early. */
const MAX_PENDING = 1_000

interface StateChange {
  readonly index: number
  readonly timeUs: number
  readonly value: string
}

interface StateSignal {
  current: string
  seen: string[]
  changes: number
  frames: number
  isDropped: boolean
}

/**
 * In which operating regime an asset is: the values of its state signals (texts and booleans) side by side. Signals that turn out to name things or to
 * follow the cycle are dropped; regimes are then merged, which {@link Regimes.generation} tells.
 */
export class Regimes {
  readonly #signals: readonly StateSignal[]
  #keys: string[] = []
  #pending: StateChange[] = []
  /** Grows when regimes were merged and what was learned of them no longer fits. */
  generation = 0

  constructor(count: number) {
    this.#signals = Array.from({ length: count }, () => ({ current: '', seen: [], changes: 0, frames: 0, isDropped: false }))
  }

  /** A state signal takes a value at a time; it counts from the frame on in which that lies. */
  add(index: number, timeUs: number, value: string): void {
    if (this.#signals[index]?.isDropped !== false) return
    if (this.#pending.length >= MAX_PENDING) this.#applyUntil(this.#pending[MAX_PENDING >> 1]?.timeUs ?? timeUs)
    let at = this.#pending.length
    while (at > 0 && (this.#pending[at - 1] as StateChange).timeUs > timeUs) at--
    this.#pending.splice(at, 0, { index, timeUs, value })
  }

  #applyUntil(endUs: number): void {
    let count = 0
    for (const { index, timeUs, value } of this.#pending) {
      if (timeUs >= endUs) break
      this.#set(index, value)
      count++
    }
    if (count > 0) this.#pending.splice(0, count)
  }

  #set(index: number, value: string): void {
    const signal = this.#signals[index]
    if (signal === undefined || signal.isDropped || signal.current === value) return
    signal.changes++
    signal.current = value
    if (signal.seen.includes(value)) return
    if (signal.seen.length >= MAX_STATES) this.#drop(signal)
    else signal.seen.push(value)
  }

  /** The regime's number at the end of a frame; −1 when there are too many. */
  frame(endUs: number): number {
    this.#applyUntil(endUs)
    for (const signal of this.#signals) {
      signal.frames++
      if (!signal.isDropped && signal.frames >= JUDGE_FRAMES && signal.changes > (signal.frames / 60) * MAX_CHANGES_PER_HOUR) this.#drop(signal)
    }
    const key = this.#signals.map(({ isDropped, current }) => (isDropped ? '' : current)).join('\u0000')
    const known = this.#keys.indexOf(key)
    if (known >= 0) return known
    if (this.#keys.length >= MAX_REGIMES) return -1
    this.#keys.push(key)
    return this.#keys.length - 1
  }

  /** The regime now, in words. */
  get current(): string {
    return this.#signals.flatMap(({ isDropped, current }) => (isDropped || current === '' ? [] : current)).join(' · ')
  }

  /** Which state signals are in use and which were dropped, by their index, and the regimes met so far in words. */
  describe(): { readonly used: readonly number[]; readonly dropped: readonly number[]; readonly regimes: readonly string[] } {
    const those = (isDropped: boolean) => [...this.#signals.keys()].filter((index) => this.#signals[index]?.isDropped === isDropped)
    return { used: those(false), dropped: those(true), regimes: this.#keys.map((key) => key.split('\u0000').filter((part) => part !== '').join(' · ')) }
  }

  #drop(signal: StateSignal): void {
    signal.isDropped = true
    signal.seen = []
    this.#keys = []
    this.generation++
  }

  save(into: StateWriter): void {
    into.number(this.generation)
    into.text(JSON.stringify({ keys: this.#keys, signals: this.#signals, pending: this.#pending }))
  }

  restore(from: StateReader): void {
    this.generation = from.number()
    // Our own writer made it, and the file's checksum held.
    const { keys, signals, pending } = JSON.parse(from.text()) as { keys: string[]; signals: StateSignal[]; pending: StateChange[] }
    this.#pending = pending
    this.#keys = keys
    for (const [index, signal] of this.#signals.entries()) Object.assign(signal, signals[index] ?? {})
  }
}
