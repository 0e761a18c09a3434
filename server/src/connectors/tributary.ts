import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'
import type { WriteOutcome } from '@millwright/model/write-outcome.ts'
import { ForwardingSink } from './forwarding-sink.ts'

/**
 * A sink for the intake of one source: names and refusals go to the real sink, samples into columns of its own, which the source hands on
 * as a delivery with its receipt.
 */
export class Tributary extends ForwardingSink {
  #open = new BatchBuilder()

  get open(): BatchBuilder {
    return this.#open
  }

  /** The samples so far as a batch; new ones go into other columns, so it stays valid. */
  take(receivedUs: number): SampleBatch {
    const batch = this.#open.view(receivedUs)
    this.#open = new BatchBuilder()
    return batch
  }

  commit(): Promise<WriteOutcome> {
    throw new Error('BUG: samples of a tributary travel in deliveries')
  }
}
