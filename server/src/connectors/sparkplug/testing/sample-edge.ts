import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { encodePayload } from '@millwright/model/sparkplug/encode-payload.ts'
import type { Metric, Payload } from '@millwright/model/sparkplug/payload.ts'
import { wireValue, type TypedValue } from '@millwright/model/sparkplug/typed-value.ts'

/** A metric with a value, for tests. */
export function metric(name: string | undefined, datatype: number, value: TypedValue | null, more: Partial<Metric> = {}): Metric {
  return { ...(name === undefined ? {} : { name }), datatype, ...(value === null ? { isNull: true } : { value: wireValue(datatype, value) }), ...more }
}

/** Messages of an edge node that keeps to the rules; a test may break them by `seq`. */
export class SampleEdge {
  bdSeq = 0
  seq = 0

  node(metrics: readonly Metric[], more: Partial<Payload> = {}): Uint8Array<ArrayBuffer> {
    this.seq = 0
    const own = [metric('bdSeq', DataType.int64, this.bdSeq), metric('Node Control/Rebirth', DataType.boolean, false)]
    return this.message([...own, ...metrics], more)
  }

  death(bdSeq = this.bdSeq): Uint8Array<ArrayBuffer> {
    return encodePayload({ timestampMs: 1, metrics: [metric('bdSeq', DataType.int64, bdSeq)] })
  }

  /** The next message of the sequence. */
  message(metrics: readonly Metric[], more: Partial<Payload> = {}): Uint8Array<ArrayBuffer> {
    const seq = this.seq
    this.seq = (seq + 1) % 256
    return encodePayload({ timestampMs: 1_700_000_000_000, seq, ...more, metrics })
  }
}
