import { MillwrightError } from '../../kernel/error.ts'

/** Searches that wait at most: the last of them would wait some seconds in the largest plant. */
export const MAX_WAITING_SEARCHES = 32

/** Lets one search run at a time: together they would take as long, and each would take memory meanwhile. */
export class SearchTurns {
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Rejects with OVERLOADED when too many wait. */
  run<T>(search: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING_SEARCHES) return Promise.reject(new MillwrightError('OVERLOADED', `${MAX_WAITING_SEARCHES} searches wait already; try again`))
    this.#waiting++
    const result = this.#turn.then(search)
    const leave = (): void => void this.#waiting--
    this.#turn = result.then(leave, leave)
    return result
  }
}
