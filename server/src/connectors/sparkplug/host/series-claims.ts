/** Which edge node feeds which series: two metrics of different edge nodes must not mix in one signal, whatever paths they were given. */
export class SeriesClaims {
  readonly #owners = new Map<number, string>()

  /** Claims a series for an owner; a sentence when it is another's. */
  claim(series: number, owner: string): string | undefined {
    const other = this.#owners.get(series)
    if (other !== undefined && other !== owner) return `the signal belongs to a metric of edge node ${other}`
    if (other === undefined) this.#owners.set(series, owner)
    return undefined
  }

  /** Gives up the claims of an earlier birth that the new one does not have. */
  release(earlier: Int32Array, now: Int32Array): void {
    if (earlier.length === 0) return
    const kept = new Set(now)
    for (const series of earlier) if (!kept.has(series)) this.#owners.delete(series)
  }
}
