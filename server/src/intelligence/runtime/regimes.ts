import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Most operating regimes of an asset. */
export const MAX_REGIMES = 6
/** Values of one state signal beyond which it names things (orders, programs), not states. */
const MAX_STATES = 6
/** A state that changes more often than this an hour belongs to a cycle, not to an operating regime. */
const MAX_CHANGES_PER_HOUR = 2
/** Frames before the rate of changes is judged. */
const JUDGE_FRAMES = 360
/** Changes of state that may wait for their frame; of more the oldest are applied early. */
const MAX_PENDING = 1_000
/** Frames after which a numeric signal that has shown few values is taken for a setpoint. */
const SETPOINT_FRAMES = 30
/** A number that goes up by a whole number up to this and has never fallen counts something. */
const COUNTING_STEP = 5

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

/** A numeric signal that may be a setpoint: it has shown few values so far. */
interface SetpointSignal extends StateSignal {
  last: number
}

/**
 * In which operating regime an asset is: the values of its state signals (texts and booleans) and of its setpoints (numbers that take few values) side by side.
 * Signals that turn out to name things, to count, or to follow the cycle are dropped, and when there are too many regimes the one with the most values is; regimes
 * that become one by it are merged, which {@link Regimes.takeMerge} tells.
 */
export class Regimes {
  readonly #signals: readonly StateSignal[]
  readonly #setpoints: readonly SetpointSignal[]
  #keys: string[] = []
  #pending: StateChange[] = []
  #merge: number[] | undefined
  #frames = 0

  /** `count` state signals, and `numbers` numeric ones. */
  constructor(count: number, numbers = 0) {
    this.#signals = Array.from({ length: count }, () => ({ current: '', seen: [], changes: 0, frames: 0, isDropped: false }))
    this.#setpoints = Array.from({ length: numbers }, () => ({ current: '', seen: [], changes: 0, frames: 0, isDropped: false, last: Number.NaN }))
  }

  /** A state signal takes a value at a time; it counts from the frame on in which that lies. */
  add(index: number, timeUs: number, value: string): void {
    if (this.#signals[index] === undefined) return
    if (this.#pending.length >= MAX_PENDING) this.#applyUntil(this.#pending[MAX_PENDING >> 1]?.timeUs ?? timeUs)
    let at = this.#pending.length
    while (at > 0 && (this.#pending[at - 1] as StateChange).timeUs > timeUs) at--
    this.#pending.splice(at, 0, { index, timeUs, value })
  }

  #applyUntil(endUs: number): void {
    let count = 0
    for (const { index, timeUs, value } of this.#pending) {
      if (timeUs >= endUs) break
      const signal = this.#signals[index]
      if (signal !== undefined) this.#set(signal, value)
      count++
    }
    if (count > 0) this.#pending.splice(0, count)
  }

  #set(signal: StateSignal, value: string): void {
    if (signal.current === value) return
    signal.changes++
    signal.current = value
    if (signal.isDropped) return
    if (signal.seen.includes(value)) return
    if (signal.seen.length >= MAX_STATES) this.#drop(signal)
    else signal.seen.push(value)
  }

  #setNumber(signal: SetpointSignal, value: number): void {
    if (signal.isDropped || Number.isNaN(value) || value === signal.last) return
    const step = value - signal.last
    signal.last = value
    // Its first change says whether it counts: starts, cleanings.
    if (signal.seen.length === 1 && step > 0 && step <= COUNTING_STEP && Number.isInteger(step)) return this.#drop(signal)
    this.#set(signal, String(value))
  }

  /** The regime's number at the end of a frame, whose numeric values are given. */
  frame(endUs: number, values: Float64Array = new Float64Array()): number {
    this.#applyUntil(endUs)
    this.#frames++
    for (const [index, signal] of this.#setpoints.entries()) this.#setNumber(signal, values[index] ?? Number.NaN)
    for (const signal of [...this.#signals, ...this.#setpoints]) {
      signal.frames++
      if (!signal.isDropped && signal.frames >= JUDGE_FRAMES && signal.changes > (signal.frames / 60) * MAX_CHANGES_PER_HOUR) this.#drop(signal)
    }
    if (this.#frames === SETPOINT_FRAMES) this.#takeSetpoints()
    for (;;) {
      const key = this.#key()
      const known = this.#keys.indexOf(key)
      if (known >= 0) return known
      if (this.#keys.length < MAX_REGIMES) {
        this.#keys.push(key)
        return this.#keys.length - 1
      }
      this.#dropWidest()
    }
  }

  #key(): string {
    const numbers = this.#frames < SETPOINT_FRAMES ? this.#setpoints.map(() => '') : this.#setpoints.map(({ isDropped, current }) => (isDropped ? '' : current))
    return [...this.#signals.map(({ isDropped, current }) => (isDropped ? '' : current)), ...numbers].join('\u0000')
  }

  /** From now on the setpoints tell regimes apart; until now they were as they are. */
  #takeSetpoints(): void {
    const now = this.#setpoints.map(({ isDropped, current }) => (isDropped ? '' : current))
    this.#keys = this.#keys.map((key) => [...key.split('\u0000').slice(0, this.#signals.length), ...now].join('\u0000'))
  }

  /** Several regimes need a signal that tells them apart, so there is always one to drop. */
  #dropWidest(): void {
    const used = [...this.#signals, ...this.#setpoints].filter(({ isDropped }) => !isDropped)
    const widest = used.toSorted((a, b) => b.seen.length - a.seen.length)[0]
    if (widest === undefined) throw new Error('BUG: too many operating regimes, and no signal tells them apart')
    this.#drop(widest)
  }

  /** Regimes met so far. */
  get count(): number {
    return this.#keys.length
  }

  /** What became of each regime when some were merged since the last call: its new number; undefined when nothing was. */
  takeMerge(): readonly number[] | undefined {
    const merge = this.#merge
    this.#merge = undefined
    return merge
  }

  /** What a state signal says at the end of the last frame, in use or not. */
  valueOf(index: number): string {
    return this.#signals[index]?.current ?? ''
  }

  /** The regime now, in words. */
  get current(): string {
    return this.#signals.flatMap(({ isDropped, current }) => (isDropped || current === '' ? [] : current)).join(' · ')
  }

  /** Which state signals are in use and which were dropped, by their index, which numeric ones are setpoints, and the regimes met so far in words. */
  describe(): { readonly used: readonly number[]; readonly dropped: readonly number[]; readonly setpoints: readonly number[]; readonly regimes: readonly string[] } {
    const those = (isDropped: boolean) => [...this.#signals.keys()].filter((index) => this.#signals[index]?.isDropped === isDropped)
    const setpoints = [...this.#setpoints.entries()].flatMap(([index, signal]) => (!signal.isDropped && signal.seen.length > 1 ? [index] : []))
    return { used: those(false), dropped: those(true), setpoints, regimes: this.#keys.map((key) => key.split('\u0000').filter((part, place) => part !== '' && (place < this.#signals.length || (this.#setpoints[place - this.#signals.length]?.seen.length ?? 0) > 1)).join(' · ')) }
  }

  #drop(signal: StateSignal): void {
    const at = this.#signals.indexOf(signal)
    const place = at >= 0 ? at : this.#signals.length + this.#setpoints.findIndex((setpoint) => setpoint === signal)
    signal.isDropped = true
    signal.seen = []
    const keys: string[] = []
    const to = this.#keys.map((key) => {
      const parts = key.split('\u0000')
      parts[place] = ''
      const left = parts.join('\u0000')
      if (!keys.includes(left)) keys.push(left)
      return keys.indexOf(left)
    })
    this.#keys = keys
    this.#merge = this.#merge === undefined ? to : this.#merge.map((middle) => to[middle] ?? 0)
  }

  /** Takes over the regimes of an asset whose signals have changed: `states` and `numbers` say where each signal was, −1 for a new one, which is dropped. */
  takeOver(other: Regimes, states: readonly number[], numbers: readonly number[]): void {
    this.#frames = other.#frames
    const places = [...states, ...numbers.map((before) => (before < 0 ? -1 : other.#signals.length + before))]
    this.#keys = other.#keys.map((key) => {
      const parts = key.split('\u0000')
      return places.map((before) => (before < 0 ? '' : (parts[before] ?? ''))).join('\u0000')
    })
    // A signal that is gone may have been all that told two regimes apart.
    const keys = [...new Set(this.#keys)]
    if (keys.length < this.#keys.length) this.#merge = this.#keys.map((key) => keys.indexOf(key))
    this.#keys = keys
    this.#pending = other.#pending.flatMap((change) => (states.includes(change.index) ? [{ ...change, index: states.indexOf(change.index) }] : []))
    for (const [now, signal] of this.#signals.entries()) Object.assign(signal, structuredClone(other.#signals[states[now] ?? -1] ?? { isDropped: true }))
    for (const [now, signal] of this.#setpoints.entries()) Object.assign(signal, structuredClone(other.#setpoints[numbers[now] ?? -1] ?? { isDropped: true }))
  }

  save(into: StateWriter): void {
    into.text(JSON.stringify({ keys: this.#keys, signals: this.#signals, setpoints: this.#setpoints, pending: this.#pending, merge: this.#merge, frames: this.#frames }))
  }

  restore(from: StateReader): void {
    // Our own writer made it, and the file's checksum held.
    const read = JSON.parse(from.text()) as { keys: string[]; signals: StateSignal[]; setpoints: (SetpointSignal & { last: number | null })[]; pending: StateChange[]; merge?: number[]; frames: number }
    this.#pending = read.pending
    this.#keys = read.keys
    this.#merge = read.merge
    this.#frames = read.frames
    for (const [index, signal] of this.#signals.entries()) Object.assign(signal, read.signals[index] ?? {})
    // JSON has no NaN: it says null for a signal that has not shown anything yet.
    for (const [index, signal] of this.#setpoints.entries()) Object.assign(signal, read.setpoints[index] ?? {}, { last: read.setpoints[index]?.last ?? Number.NaN })
  }
}
