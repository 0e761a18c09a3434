import type { Clock } from '../../kernel/clock.ts'
import type { LiveFeed } from './live-feed.ts'
import { LiveFrame } from './live-frame.ts'

/** A comment: a sign of life. */
const BEAT = new LiveFrame(':\n\n')

/** What a client's connection must do; Node's ServerResponse does. */
export interface LiveSocket {
  /** False when the bytes had to wait in memory; `drain` tells when they have gone. */
  write(bytes: Uint8Array | string): boolean
  once(event: 'drain', listener: () => void): unknown
  end(): unknown
  destroy(): unknown
}

/**
 * One live stream. While its socket is full nothing more is written to it: it only keeps the number of the flush that it saw last, and
 * when the socket has drained gets the newest values of all that changed since. So a slow client costs at most one frame of memory.
 */
export class LiveClient {
  readonly feed: LiveFeed
  readonly #socket: LiveSocket
  readonly #clock: Clock
  /** Whether it gets the packed form of frames. */
  readonly #isPacked: boolean
  #fullSinceMs: number | undefined
  /** The last flush that was written, and the last that was offered. */
  #seen: number
  #offered: number
  #mustRestart = false
  #isEnded = false

  /** `seen` is the last finished flush. */
  constructor(socket: LiveSocket, { feed, clock, seen, isPacked }: { readonly feed: LiveFeed; readonly clock: Clock; readonly seen: number; readonly isPacked: boolean }) {
    this.#socket = socket
    this.#isPacked = isPacked
    this.#seen = seen
    this.#offered = seen
    this.feed = feed
    this.#clock = clock
  }

  /** Writes a frame now, however full the socket is; for the first frames only. Answers how many bytes it is. */
  write(frame: LiveFrame): number {
    if (this.#isEnded) return 0
    const bytes = this.#isPacked ? frame.packed : frame.plain
    if (!this.#socket.write(bytes)) this.#waitForDrain()
    return bytes.length
  }

  /** Writes the frame of a flush and answers its bytes; none when the socket is full. */
  offer(frame: LiveFrame, sequence: number): number {
    this.#offered = sequence
    if (this.#fullSinceMs !== undefined || this.#isEnded) return 0
    this.#seen = sequence
    return this.write(frame)
  }

  /** The feed's signals changed: tells them and all values again, as soon as the socket takes them. */
  restart(): void {
    this.#mustRestart = true
    if (this.#fullSinceMs === undefined) this.#catchUp()
  }

  /** A comment, by which both sides see that the connection lives. */
  beat(): void {
    if (this.#fullSinceMs === undefined) this.write(BEAT)
  }

  /** For how long the socket has taken nothing. */
  stalledMs(): number {
    return this.#fullSinceMs === undefined ? 0 : this.#clock.monotonicMs() - this.#fullSinceMs
  }

  end(): void {
    this.#isEnded = true
    this.#socket.end()
  }

  destroy(): void {
    this.#isEnded = true
    this.#socket.destroy()
  }

  #waitForDrain(): void {
    if (this.#fullSinceMs !== undefined) return
    this.#fullSinceMs = this.#clock.monotonicMs()
    this.#socket.once('drain', () => {
      this.#fullSinceMs = undefined
      this.#catchUp()
    })
  }

  #catchUp(): void {
    if (this.#isEnded) return
    if (this.#mustRestart) {
      this.#mustRestart = false
      this.write(this.feed.signalsFrame())
      const frame = this.feed.snapshotFrame(this.#offered + 1, 0)
      this.#seen = this.#offered
      if (frame !== undefined) this.write(frame)
      return
    }
    if (this.#seen >= this.#offered) return
    const frame = this.feed.changesSince(this.#seen, this.#offered)
    this.#seen = this.#offered
    if (frame !== undefined) this.write(frame)
  }
}
