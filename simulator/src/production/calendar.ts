import { LOCAL_OFFSET_S } from '../physics/weather.ts'

/** How a line's week is cut into shifts, in local time. */
export interface ShiftPattern {
  readonly names: readonly string[]
  /** Local hour at which the first shift of the day begins. */
  readonly firstHour: number
  readonly hours: number
  /** Days (0 is Sunday) on which no shift begins. */
  readonly restDays: readonly number[]
  /** How fast people work in each shift, relative to the standard. */
  readonly pace: readonly number[]
  readonly crews: readonly string[]
}

/** Machining works round the clock from Monday 06:00 to Sunday 06:00; the night shift crosses midnight. */
export const THREE_SHIFTS: ShiftPattern = {
  names: ['early', 'late', 'night'], firstHour: 6, hours: 8, restDays: [0], pace: [1, 0.985, 0.95], crews: ['A · Li Na', 'B · Wang Wei', 'C · Zhang Min', 'D · Chen Jie'],
}

/** Packaging works two long shifts; the second crosses midnight; Sunday rests. */
export const TWO_SHIFTS: ShiftPattern = {
  names: ['day', 'night'], firstHour: 7, hours: 12, restDays: [0], pace: [1, 0.96], crews: ['A · Zhao Lei', 'B · Sun Yan', 'C · Zhou Ping'],
}

const BREAK_S = 1800
const DAY_S = 86_400

/** Whose shift it is, and whether people are there. A function of time alone. */
export class ShiftCalendar {
  name = ''
  crew = ''
  pace = 1
  /** Counts shifts since the epoch: changes exactly when the shift does. */
  number = -1
  /** The shift is worked at all. */
  manned = false
  /** The crew is at its meal. */
  onBreak = false
  readonly #pattern: ShiftPattern

  constructor(pattern: ShiftPattern) {
    this.#pattern = pattern
  }

  update(timeS: number): void {
    const { names, firstHour, hours, restDays, pace, crews } = this.#pattern
    const sinceS = timeS + LOCAL_OFFSET_S - firstHour * 3600
    const lengthS = hours * 3600
    const number = Math.floor(sinceS / lengthS)
    const intoS = sinceS - number * lengthS
    this.onBreak = Math.abs(intoS - lengthS / 2) < BREAK_S / 2
    if (number === this.number) return
    this.number = number
    const which = number % names.length
    const weekday = (Math.floor((number * lengthS) / DAY_S) + 4) % 7
    this.name = names[which] ?? ''
    this.pace = pace[which] ?? 1
    this.crew = crews[number % crews.length] ?? ''
    this.manned = !restDays.includes(weekday)
  }
}
