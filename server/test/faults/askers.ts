/** People and programs that read while machines write: queries in a loop and live streams. */
export class Askers {
  readonly #stop = new AbortController()
  readonly #running: Promise<void>[]
  /** Answers by status; 0 for a connection that broke. */
  readonly answers = new Map<number, number>()
  readonly latenciesMs: number[] = []
  /** What answers of 500 said. */
  readonly failures: string[] = []

  /** Each asker goes through `paths` again and again. */
  constructor(url: string, paths: readonly string[], askers: number, everyMs = 50) {
    this.#running = Array.from({ length: askers }, (_, asker) => this.#run(url, paths, asker, everyMs))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#running)
  }

  async #run(url: string, paths: readonly string[], asker: number, everyMs: number): Promise<void> {
    for (let round = asker; !this.#stop.signal.aborted; round++) {
      const path = paths[round % paths.length] ?? '/readyz'
      const started = performance.now()
      const status = await this.#ask(url + path)
      if (this.#stop.signal.aborted) return
      this.latenciesMs.push(performance.now() - started)
      this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  }

  async #ask(address: string): Promise<number> {
    try {
      const answer = await fetch(address, { signal: this.#stop.signal })
      const text = await answer.text()
      if (answer.status === 500) this.failures.push(`${address}: ${text.slice(0, 300)}`)
      return answer.status
    } catch {
      return 0
    }
  }
}

/** A live stream that is read, for as long as the answer goes on. */
export async function watchLive(url: string, under: string, signal: AbortSignal): Promise<void> {
  try {
    const answer = await fetch(`${url}/api/v1/live?under=${encodeURIComponent(under)}`, { signal })
    for await (const _ of answer.body ?? []) if (signal.aborted) return
  } catch {
    // It ends with the process, or with the test.
  }
}
