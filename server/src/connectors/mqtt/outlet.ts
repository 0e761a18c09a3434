import type { Duplex } from 'node:stream'
import type { BrokerCounters } from './counters.ts'

/** Writes what outlets gathered, once per turn of the event loop, so that one system call carries many packets. */
export class Flusher {
  #waiting: Outlet[] = []

  add(outlet: Outlet): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush())
    this.#waiting.push(outlet)
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const outlet of waiting) outlet.flush()
  }
}

export interface OutletOptions {
  readonly stream: Duplex
  readonly flusher: Flusher
  readonly counters: BrokerCounters
  readonly maxBytes: number
  readonly nowMs: () => number
  /** Called when there is room again after there was none. */
  readonly onRoom: () => void
}

/** The sending side of a connection: gathers packets, and knows how much waits for the client and since when. */
export class Outlet {
  readonly #options: OutletOptions
  #batch: Buffer[] = []
  #batchBytes = 0
  #unsentBytes = 0
  #wasFull = false
  #progressMs = 0
  readonly #written = (): void => this.#onWritten()

  constructor(options: OutletOptions) {
    this.#options = options
  }

  /** Bytes that the client has not taken yet, apart from what the operating system holds. */
  get waitingBytes(): number {
    return this.#batchBytes + this.#unsentBytes
  }

  hasRoom(): boolean {
    if (this.waitingBytes < this.#options.maxBytes) return true
    this.#wasFull = true
    return false
  }

  write(packet: Buffer): void {
    if (this.#batch.length === 0) this.#options.flusher.add(this)
    this.#batch.push(packet)
    this.#batchBytes += packet.length
  }

  flush(): void {
    const { stream, counters, nowMs } = this.#options
    const batch = this.#batch
    const bytes = this.#batchBytes
    if (bytes === 0) return
    this.#batch = []
    this.#batchBytes = 0
    if (stream.destroyed || stream.writableEnded) return
    counters.bytesOut += bytes
    if (this.#unsentBytes === 0) this.#progressMs = nowMs()
    this.#unsentBytes += bytes
    const [first] = batch
    stream.write(batch.length === 1 && first !== undefined ? first : Buffer.concat(batch, bytes), this.#written)
  }

  #onWritten(): void {
    this.#progressMs = this.#options.nowMs()
    this.#unsentBytes = this.#options.stream.writableLength
    if (this.#wasFull && this.waitingBytes < this.#options.maxBytes / 2) {
      this.#wasFull = false
      this.#options.onRoom()
    }
  }

  /** How long the client has taken nothing although something waits for it, milliseconds. */
  stalledMs(nowMs: number): number {
    return this.#unsentBytes === 0 ? 0 : nowMs - this.#progressMs
  }
}
