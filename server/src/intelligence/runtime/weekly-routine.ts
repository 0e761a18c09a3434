import { US_PER_HOUR } from '@millwright/model/time.ts'
import type { StateReader, StateWriter } from '../scoring/state-codec.ts'

const HOURS = 7 * 24
/** Steps an octave in which the highest score of an hour is kept, from 1 on; 0 stands for nothing odd. */
const PER_OCTAVE = 32
/** What is not met again is forgotten by so many steps a week: an octave in four weeks. */
const FORGOTTEN = 8
/** This week it may go so much higher. */
const ROOM = 1.25

/**
 * How odd a machine was at each hour of the week before: a plant that rests on Sundays, or washes on Friday evenings, looks odd by what is learned of levels and hours of the day,
 * and is told once, not each week. 168 bytes an asset. Hours are counted from the epoch, so no calendar or time zone is needed.
 */
export class WeeklyRoutine {
  readonly #highest = new Uint8Array(HOURS)
  #hour = Number.NaN
  /** The highest scores of this hour and the one before, which are not among {@link #highest} yet: what happens now shall not excuse itself an hour later. */
  #now = 0
  #before = 0

  /** The score up to which a frame is routine: what was reached a week before, an hour earlier or later, and a quarter more; 0 where nothing was odd. */
  usual(endUs: number): number {
    const at = hourOf(endUs) % HOURS
    const reached = Math.max(this.#highest[(at + HOURS - 1) % HOURS] as number, this.#highest[at] as number, this.#highest[(at + 1) % HOURS] as number)
    return reached === 0 ? 0 : ROOM * 2 ** ((reached - 1) / PER_OCTAVE)
  }

  /** Takes the score of a frame that nobody called a fault; 0 where it was not odd. Frames come in the order of their time. */
  learn(score: number, endUs: number): void {
    const hour = hourOf(endUs)
    if (hour !== this.#hour) this.#enter(hour)
    this.#now = Math.max(this.#now, score)
  }

  #enter(hour: number): void {
    const last = this.#hour
    const isNext = hour === last + 1
    if (!Number.isNaN(last)) this.#keep(last - 1, this.#before)
    if (!Number.isNaN(last) && !isNext) this.#keep(last, this.#now)
    this.#before = isNext ? this.#now : 0
    this.#now = 0
    this.#hour = hour
  }

  #keep(hour: number, score: number): void {
    const at = hour % HOURS
    const steps = score < 1 ? 0 : Math.min(255, 1 + Math.round(PER_OCTAVE * Math.log2(score)))
    this.#highest[at] = Math.max(steps, (this.#highest[at] as number) - FORGOTTEN)
  }

  /** Becomes as the other one is. */
  copyFrom(other: WeeklyRoutine): void {
    this.#highest.set(other.#highest)
    this.#hour = other.#hour
    this.#now = other.#now
    this.#before = other.#before
  }

  save(into: StateWriter): void {
    for (const value of [this.#hour, this.#now, this.#before]) into.number(value)
    into.bytes(this.#highest)
  }

  restore(from: StateReader): void {
    this.#hour = from.number()
    this.#now = from.number()
    this.#before = from.number()
    this.#highest.set(from.bytes().subarray(0, HOURS))
  }
}

function hourOf(endUs: number): number {
  return Math.floor((endUs - 1) / US_PER_HOUR)
}
