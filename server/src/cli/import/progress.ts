import type { Terminal } from '../command.ts'

const BAR = 24
const EVERY_MS = 200

/** A line on a terminal that shows how far a file is; silent where the output is no terminal. */
export class Progress {
  readonly #stream: Terminal['stderr']
  readonly #nowMs: () => number
  readonly #startMs: number
  readonly #startAt: number
  readonly #size: number
  #shownMs = Number.NEGATIVE_INFINITY

  constructor(options: { readonly stream: Terminal['stderr']; readonly nowMs: () => number; readonly size: number; readonly startAt: number }) {
    this.#stream = options.stream
    this.#nowMs = options.nowMs
    this.#startMs = options.nowMs()
    this.#size = options.size
    this.#startAt = options.startAt
  }

  show(at: number, rows: number): void {
    const now = this.#nowMs()
    if (this.#stream.isTTY !== true || now - this.#shownMs < EVERY_MS) return
    this.#shownMs = now
    this.#stream.write(`\r${progressLine({ part: this.#size === 0 ? 1 : Math.min(1, at / this.#size), read: (at - this.#startAt) / Math.max(1, this.#size - this.#startAt), rows, elapsedMs: now - this.#startMs })}\u001b[K`)
  }

  /** Takes the line away. */
  end(): void {
    if (this.#stream.isTTY === true) this.#stream.write('\r\u001b[K')
  }
}

/** `[=====>    ]  42 %  210,000 rows/s  0:12 left`. `part` is of the whole file, `read` of what this run has to read. */
export function progressLine(state: { readonly part: number; readonly read: number; readonly rows: number; readonly elapsedMs: number }): string {
  const filled = Math.floor(state.part * BAR)
  const bar = `[${'='.repeat(filled)}${filled < BAR ? '>' : ''}${' '.repeat(Math.max(0, BAR - filled - 1))}]`
  const rate = state.elapsedMs > 0 ? Math.round((state.rows / state.elapsedMs) * 1000) : 0
  const leftS = state.read > 0.001 ? Math.ceil((state.elapsedMs / state.read - state.elapsedMs) / 1000) : undefined
  const left = leftS === undefined ? '' : `  ${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')} left`
  return `${bar} ${String(Math.floor(state.part * 100)).padStart(3)} %  ${rate.toLocaleString('en')} rows/s${left}`
}
