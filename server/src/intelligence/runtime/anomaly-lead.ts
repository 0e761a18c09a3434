import type { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { remapColumn } from './remap.ts'

/** Frames from its beginning in which an anomaly takes in the signals that move with it: effects follow their cause within the hour. */
const GATHERING = 60
/** A signal with this part of its limit, and this part of what the leading one has, belongs to the anomaly: less is what the leader does to the others' expectation. */
const [BELONGS, OF_LEADER] = [0.5, 0.3]
/** Another cause shows by signals at so many times their limits, above all that belong to the anomaly, for so many frames in succession. */
const [CLEAR, CONFIRMED] = [2, 5]

/** Knows which signals an anomaly began with, and tells when others pass them: a second cause while the first one lasts. */
export class AnomalyLead {
  readonly #belongs: Float64Array
  #frames = 0
  #passed = 0
  #stays = 0

  constructor(size: number) {
    this.#belongs = new Float64Array(size)
  }

  /** An anomaly begins. `ratios` are the signals' scores over their limits; `frozen` and `stay` name what is certain: a dead sensor (−1 for none), a state that does not end. */
  begin(ratios: Float64Array, frozen: number, stay: number | undefined): void {
    this.#belongs.fill(0)
    this.#frames = 0
    this.#passed = 0
    this.#stays = 0
    this.#gather(ratios, frozen, stay)
  }

  #gather(ratios: Float64Array, frozen: number, stay: number | undefined): void {
    const least = Math.max(BELONGS, OF_LEADER * Math.max(...ratios))
    for (let at = 0; at < ratios.length; at++) if ((ratios[at] as number) > least || at === frozen) this.#belongs[at] = 1
    if (stay !== undefined) this.#stays = 1
  }

  /** Takes a frame of the anomaly; whether another cause has taken the lead. */
  hasPassed(ratios: Float64Array, frozen: number, stay: number | undefined): boolean {
    this.#frames++
    if (this.#frames < GATHERING) {
      this.#gather(ratios, frozen, stay)
      return false
    }
    let [own, other] = [0, frozen >= 0 && this.#belongs[frozen] === 0 ? Number.POSITIVE_INFINITY : 0]
    for (let at = 0; at < ratios.length; at++) {
      if (this.#belongs[at] === 1) own = Math.max(own, ratios[at] as number)
      else other = Math.max(other, ratios[at] as number)
    }
    const passes = other > Math.max(CLEAR, own) || (stay !== undefined && this.#stays === 0)
    this.#passed = passes ? this.#passed + 1 : 0
    return this.#passed >= CONFIRMED
  }

  /** Takes over what is known of an anomaly that lasts, of signals whose places have changed; `places` as in {@link remapColumn}. A signal that is new does not belong to it. */
  takeOver(other: AnomalyLead, places: readonly number[]): void {
    remapColumn(this.#belongs, other.#belongs, places)
    this.#frames = other.#frames
    this.#passed = other.#passed
    this.#stays = other.#stays
  }

  save(into: StateWriter): void {
    into.numbers(this.#belongs)
    for (const value of [this.#frames, this.#passed, this.#stays]) into.number(value)
  }

  restore(from: StateReader): void {
    this.#belongs.set(from.numbers(this.#belongs.length))
    this.#frames = from.number()
    this.#passed = from.number()
    this.#stays = from.number()
  }
}
