import { RequestProblem } from './problem.ts'

export interface GateOptions {
  /** What passes through, for messages: `queries`. */
  readonly what: string
  readonly maxRunning: number
  readonly maxWaiting: number
  readonly maxWaitMs: number
}

interface Waiting {
  readonly enter: () => void
  readonly timer: NodeJS.Timeout
}

/**
 * Lets a limited number of pieces of work run at once; the next ones wait in order, for a limited time, in a queue of limited length.
 * Beyond that they are refused with OVERLOADED, so that expensive questions cannot starve ingest.
 */
export class Gate {
  readonly #options: GateOptions
  readonly #waiting: Waiting[] = []
  #running = 0
  #refused = 0

  constructor(options: GateOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** How many were refused since the start. */
  get refused(): number {
    return this.#refused
  }

  /** Waits for a turn; the answer gives it back, and may be called more than once. */
  async enter(): Promise<() => void> {
    if (this.#running < this.#options.maxRunning) this.#running++
    else await this.#wait()
    let isInside = true
    return () => {
      if (!isInside) return
      isInside = false
      this.#leave()
    }
  }

  /**
   * Does the work in its turn. Where it takes longer than `timeoutMs` the caller gets an error and the signal aborts, which the work should heed: the turn is
   * held until it really ends.
   */
  async run<T>(timeoutMs: number, work: (late: AbortSignal) => Promise<T>): Promise<T> {
    const leave = await this.enter()
    const late = new AbortController()
    try {
      return await withDeadline(work(late.signal).finally(leave), timeoutMs)
    } finally {
      late.abort()
    }
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#running--
      return
    }
    clearTimeout(next.timer)
    next.enter()
  }

  #wait(): Promise<void> {
    const { what, maxWaiting, maxWaitMs } = this.#options
    if (this.#waiting.length >= maxWaiting) {
      this.#refused++
      return Promise.reject(overloaded(`too many ${what} are running and waiting`))
    }
    return new Promise((enter, refuse) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        this.#refused++
        refuse(overloaded(`too many ${what} are running; none ended within ${maxWaitMs} ms`))
      }, maxWaitMs)
      const waiting: Waiting = { enter, timer }
      this.#waiting.push(waiting)
    })
  }
}

/** Settles as `work` does, or with QUERY_TOO_EXPENSIVE when it takes longer; what it brings later is let go. */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new RequestProblem('QUERY_TOO_EXPENSIVE', `the answer took longer than ${timeoutMs} ms; ask for a shorter time, fewer signals, or coarser buckets`)),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function overloaded(message: string): RequestProblem {
  return new RequestProblem('OVERLOADED', `${message}; try again later`, [], { 'retry-after': '5' })
}
