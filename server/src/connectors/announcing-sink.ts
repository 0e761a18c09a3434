import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'
import type { WriteOutcome } from '@millwright/model/write-outcome.ts'
import type { Clock } from '../kernel/clock.ts'
import { ForwardingSink } from './forwarding-sink.ts'
import type { SampleSink } from './sink.ts'

/** Who tells others of samples, once they are durable. */
export interface Announcer {
  /** Whether anybody listens; asked for each batch, so it must be cheap. */
  readonly isListening: boolean
  /** The batch is the announcer's own. */
  announce(batch: SampleBatch): void
}

/** A sink whose samples are also announced, for ways in that are not themselves the unified namespace. */
export class AnnouncingSink extends ForwardingSink {
  readonly #announcer: Announcer
  readonly #clock: Clock
  #open = new BatchBuilder()

  constructor(sink: SampleSink, announcer: Announcer, clock: Clock) {
    super(sink)
    this.#announcer = announcer
    this.#clock = clock
  }

  get open(): BatchBuilder {
    return this.#open
  }

  commit(): Promise<WriteOutcome> {
    if (this.#open.length === 0) return this.sink.commit()
    const batch = this.#open.view(this.#clock.nowUs())
    if (this.#announcer.isListening) {
      this.#open = new BatchBuilder()
      return this.write(batch)
    }
    const written = this.sink.write(batch)
    this.#open.clear()
    return written
  }

  override async write(batch: SampleBatch): Promise<WriteOutcome> {
    const outcome = await this.sink.write(batch)
    if (outcome.status === 'stored' && this.#announcer.isListening) this.#announcer.announce(batch)
    return outcome
  }
}
