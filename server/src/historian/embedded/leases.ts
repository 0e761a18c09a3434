/**
 * Who is reading now. What a reader may have in hand (a file, a table) is only taken away after all readers that
 * began before the change have left.
 */
export class Leases {
  #round: { readers: number; empty: () => void; readonly left: Promise<void> } = newRound()
  #rounds = new Set([this.#round])

  /** Runs `read` as a reader. */
  async hold<T>(read: () => Promise<T>): Promise<T> {
    const round = this.#round
    round.readers++
    try {
      return await read()
    } finally {
      round.readers--
      if (round.readers === 0 && round !== this.#round) round.empty()
    }
  }

  /** Settles when all readers of now have left; later ones are not waited for. */
  async drained(): Promise<void> {
    const closed = this.#round
    this.#round = newRound()
    this.#rounds.add(this.#round)
    if (closed.readers === 0) closed.empty()
    // Earlier rounds may still have readers of their own.
    const waiting = [...this.#rounds].filter((round) => round !== this.#round)
    await Promise.all(waiting.map((round) => round.left))
    for (const round of waiting) this.#rounds.delete(round)
  }
}

function newRound(): { readers: number; empty: () => void; readonly left: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { readers: 0, empty: resolve, left: promise }
}
