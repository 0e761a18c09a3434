import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'

/** Takes what gateways send. The batch shares the gateway's memory: it is valid until `write` returns. */
export interface PlantSink {
  write(gateway: string, batch: SampleBatch): void
}

/** Samples that go out together. */
const BATCH_SAMPLES = 8192
/** Most samples that a gateway keeps while its network is cut; what comes after that is lost and counted. */
export const MAX_HELD = 1_000_000

/** A gateway's way out: collects samples, and stores them while the network is cut to send them later. */
export class GatewayLink {
  readonly name: string
  readonly builder = new BatchBuilder(2 * BATCH_SAMPLES)
  /** `cut`: nothing gets through. `jumpUs`: the clock is wrong by so much. Only faults write here. */
  readonly defects = { cut: false, jumpUs: 0 }
  /** Samples lost because the store was full. */
  lost = 0

  constructor(name: string) {
    this.name = name
  }

  /** Whether samples are waiting. */
  get isHolding(): boolean {
    return this.defects.cut && this.builder.length > 0
  }

  /** Whether another step's samples can be taken. */
  get isFull(): boolean {
    return this.builder.length >= MAX_HELD
  }

  /** Sends what is there when it is enough, or when `all` is asked; nothing while the network is cut. */
  flush(sink: PlantSink, nowUs: number, all: boolean): void {
    if (this.defects.cut || this.builder.length === 0) return
    if (!all && this.builder.length < BATCH_SAMPLES) return
    sink.write(this.name, this.builder.view(nowUs))
    this.builder.clear()
  }
}
