import type { Connection } from './connection.ts'

/** CONNECT packets worked through in one turn of the event loop. */
const CONNECTS_PER_TURN = 32

/**
 * Lets clients in a few at a time, so that a fleet that reconnects at once does not stop those who are in (F16); and bounds the sockets that
 * have not said who they are: when there are too many, the one waiting longest goes, because real clients are quick (A2).
 */
export class Admission {
  readonly #maxWaiting: number
  /** In the order of their arrival. */
  readonly #waiting = new Set<Connection>()
  #entering: (() => void)[] = []
  #scheduled = false

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting
  }

  get waiting(): number {
    return this.#waiting.size
  }

  add(connection: Connection): void {
    if (this.#waiting.size >= this.#maxWaiting) {
      const [oldest] = this.#waiting
      oldest?.abort('evicted')
    }
    this.#waiting.add(connection)
  }

  remove(connection: Connection): void {
    this.#waiting.delete(connection)
  }

  enqueue(enter: () => void): void {
    this.#entering.push(enter)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#entering.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      for (const enter of this.#entering.splice(0, CONNECTS_PER_TURN)) enter()
      this.#schedule()
    })
  }
}
