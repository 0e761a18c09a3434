/** What a reader in another thread needs: the folder and the memory that says what is durable. Goes through `workerData`. */
export interface SharedJournal {
  readonly dir: string
  readonly head: SharedArrayBuffer
}

const SLOT = { head: 0, epoch: 1, damages: 2, damage: 3 } as const
const SLOTS = Object.keys(SLOT).length

/** The durable head and the news of the segment list, shared by threads. One writer, any number of readers. */
export class SharedHead {
  readonly memory: SharedArrayBuffer
  readonly #slots: BigInt64Array<SharedArrayBuffer>

  constructor(memory = new SharedArrayBuffer(SLOTS * 8)) {
    this.memory = memory
    this.#slots = new BigInt64Array(memory)
  }

  /** Behind the last durable record. */
  get head(): number {
    return Number(Atomics.load(this.#slots, SLOT.head))
  }

  /** Changes each time a segment is added or removed, always before the head passes a new segment's beginning. */
  get epoch(): number {
    return Number(Atomics.load(this.#slots, SLOT.epoch))
  }

  publish(head: number): void {
    Atomics.store(this.#slots, SLOT.head, BigInt(head))
    Atomics.notify(this.#slots, SLOT.head)
  }

  segmentsChanged(): void {
    Atomics.add(this.#slots, SLOT.epoch, 1n)
  }

  /** Called by a reader that met damage at `position`. The writer shows the last one; each is also counted as skipped by its reader. */
  reportDamage(position: number): void {
    Atomics.store(this.#slots, SLOT.damage, BigInt(position))
    Atomics.add(this.#slots, SLOT.damages, 1n)
  }

  /** How often readers met damage, and where last. */
  get damage(): { readonly count: number; readonly position: number } {
    return { count: Number(Atomics.load(this.#slots, SLOT.damages)), position: Number(Atomics.load(this.#slots, SLOT.damage)) }
  }

  /** Settles when the head lies behind `position`, or `signal` aborts. */
  async waitBeyond(position: number, signal: AbortSignal): Promise<void> {
    // A pending Atomics.waitAsync does not keep its thread alive; this timer does.
    const alive = setInterval(() => undefined, 60_000)
    const wake = () => Atomics.notify(this.#slots, SLOT.head)
    signal.addEventListener('abort', wake)
    try {
      while (!signal.aborted) {
        const head = Atomics.load(this.#slots, SLOT.head)
        if (Number(head) > position) return
        const wait = Atomics.waitAsync(this.#slots, SLOT.head, head)
        if (wait.async) await wait.value
      }
    } finally {
      clearInterval(alive)
      signal.removeEventListener('abort', wake)
    }
  }
}
