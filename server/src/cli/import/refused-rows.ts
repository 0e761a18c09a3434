/** Examples that are kept of each reason. */
const EXAMPLES = 5

/** What was refused and why: counted by reason, with the first examples and their lines. */
export class RefusedRows {
  readonly #byReason = new Map<string, { count: number; examples: string[] }>()
  count = 0

  /** Notes `lost` samples or rows that begin on `line`. */
  add(line: number, reason: string, message: string, lost = 1): void {
    this.count += lost
    let entry = this.#byReason.get(reason)
    if (entry === undefined) {
      entry = { count: 0, examples: [] }
      this.#byReason.set(reason, entry)
    }
    entry.count += lost
    if (entry.examples.length < EXAMPLES) entry.examples.push(`line ${line}: ${message}`)
  }

  /** Lines for people: each reason with its count, its examples below it. */
  report(): string[] {
    return [...this.#byReason].flatMap(([reason, { count, examples }]) => [`refused for ${reason}: ${count}`, ...examples.map((example) => `  ${example}`), ...(count > examples.length ? ['  …'] : [])])
  }
}
