/** Acknowledgements that may be sent once what they acknowledge is durable. */
interface LaneEntry {
  readonly bytes: Buffer
  /** How many of the client's send quota they give back. */
  readonly freed: number
  settled: boolean
}

export interface AckLaneOptions {
  readonly send: (bytes: Buffer, freed: number) => void
  /** Nothing may be acknowledged any more: the client must send again, to whoever listens then. */
  readonly fail: () => void
}

/** Sends acknowledgements in the order of what they acknowledge (MQTT 5.0, 4.6), each when it is durable. */
export class AckLane {
  readonly #options: AckLaneOptions
  #entries: LaneEntry[] = []

  constructor(options: AckLaneOptions) {
    this.#options = options
  }

  /** Reads whose acknowledgements wait. */
  get length(): number {
    return this.#entries.length
  }

  /** `durable` settles with whether it is; without it the bytes only wait for their turn. */
  add(bytes: Buffer, freed: number, durable: Promise<boolean> | undefined): void {
    if (durable === undefined && this.#entries.length === 0) {
      this.#options.send(bytes, freed)
      return
    }
    const entry: LaneEntry = { bytes, freed, settled: durable === undefined }
    this.#entries.push(entry)
    if (durable === undefined) return
    void durable.then((stored) => {
      if (!stored) {
        this.#options.fail()
        return
      }
      entry.settled = true
      this.#advance()
    })
  }

  #advance(): void {
    let done = 0
    for (const entry of this.#entries) {
      if (!entry.settled) break
      done++
    }
    if (done === 0) return
    const ready = this.#entries.slice(0, done)
    this.#entries = this.#entries.slice(done)
    for (const entry of ready) this.#options.send(entry.bytes, entry.freed)
  }
}
