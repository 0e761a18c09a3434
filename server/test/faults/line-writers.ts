import { valueAt, type Ledger } from './ledger.ts'

export interface LineWritersOptions {
  readonly url: string
  readonly ledger: Ledger
  readonly writers: number
  readonly linesPerBody: number
  /** Between two bodies of a writer. */
  readonly everyMs: number
  readonly startMs: number
}

/** Writers of InfluxDB line protocol that note in the ledger what was answered 204. */
export class LineWriters {
  readonly #options: LineWritersOptions
  readonly #stop = new AbortController()
  readonly #running: Promise<void>[]
  /** Answers other than 204, by status; 0 for a connection that broke. */
  readonly refused = new Map<number, number>()
  readonly latenciesMs: number[] = []
  accepted = 0
  #sent = 0

  constructor(options: LineWritersOptions) {
    this.#options = options
    this.#running = Array.from({ length: options.writers }, (_, writer) => this.#run(writer))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#running)
  }

  /** Time behind the last line. */
  get endMs(): number {
    return this.#options.startMs + this.#sent + 1
  }

  async #run(writer: number): Promise<void> {
    const { ledger, linesPerBody, startMs, everyMs } = this.#options
    for (let sent = 0; !this.#stop.signal.aborted; sent += linesPerBody) {
      const times = Array.from({ length: linesPerBody }, (_, line) => startMs + sent + line)
      this.#sent = Math.max(this.#sent, sent + linesPerBody)
      const started = performance.now()
      const status = await this.#post(times.map((timeMs) => line(ledger, writer, timeMs)).join('\n'))
      this.latenciesMs.push(performance.now() - started)
      if (status === 204) {
        this.accepted++
        for (const timeMs of times) ledger.ack(`${ledger.root}/machine=w${writer}`, timeMs)
      } else this.refused.set(status, (this.refused.get(status) ?? 0) + 1)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  }

  async #post(body: string): Promise<number> {
    try {
      const answer = await fetch(`${this.#options.url}/write?precision=ms`, { method: 'POST', body, signal: this.#stop.signal })
      await answer.arrayBuffer()
      return answer.status
    } catch {
      return 0
    }
  }
}

/** Measurement and the value of the tag make the machine's path. */
function line(ledger: Ledger, writer: number, timeMs: number): string {
  const fields = Array.from({ length: ledger.signals }, (_, index) => `s${index}=${valueAt(index, timeMs)}`)
  return `${ledger.root},machine=w${writer} ${fields.join(',')} ${timeMs}`
}
