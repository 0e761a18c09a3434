import type { WireReady } from '@millwright/model/wire/status.ts'

export interface ConnectionState {
  readonly link: 'starting' | 'online' | 'offline'
  /** When the server last answered, ms since the epoch; undefined when it never did. */
  readonly lastAnswerMs: number | undefined
  /** What keeps the server from its work. */
  readonly troubles: WireReady['reasons']
}

const LOOK_MS = 5_000
const OFFLINE_LOOK_MS = 2_000
const PATIENCE_MS = 4_000

/** Whether the server answers, seen by asking it for its readiness every few seconds, and at once when a stream breaks. */
class Connection {
  #state: ConnectionState = { link: 'starting', lastAnswerMs: undefined, troubles: [] }
  readonly #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #isLooking = false

  get state(): ConnectionState {
    return this.#state
  }

  start(): void {
    addEventListener('online', () => this.lookNow())
    addEventListener('offline', () => this.#set({ ...this.#state, link: 'offline' }))
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.lookNow())
    void this.#look()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Something was heard from the server. */
  noteAnswer(): void {
    if (this.#state.link !== 'online') this.#set({ ...this.#state, link: 'online', lastAnswerMs: Date.now() })
  }

  /** Asks now instead of waiting. */
  lookNow(): void {
    clearTimeout(this.#timer)
    void this.#look()
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      const response = await fetch('/readyz', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) })
      const ready = (await response.json()) as WireReady
      const isSame = this.#state.link === 'online' && JSON.stringify(ready.reasons) === JSON.stringify(this.#state.troubles)
      const next: ConnectionState = { link: 'online', lastAnswerMs: Date.now(), troubles: isSame ? this.#state.troubles : ready.reasons }
      if (isSame) this.#state = next
      else this.#set(next)
    } catch {
      // No answer, or a proxy's: either way the server is not reached.
      this.#set({ ...this.#state, link: 'offline' })
    }
    this.#isLooking = false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), this.#state.link === 'offline' ? OFFLINE_LOOK_MS : LOOK_MS)
  }

  #set(state: ConnectionState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

/** The one connection of this page. */
export const connection = new Connection()
