import { decodeMetric } from '@millwright/model/sparkplug/decode-payload.ts'
import { PayloadFlaw, type Metric } from '@millwright/model/sparkplug/payload.ts'
import type { Refusals } from '../../payload/refusals.ts'
import type { SampleSink } from '../../sink.ts'
import { isControlName, rowOfLeaf } from './births.ts'
import { DataScanner } from './data-scanner.ts'
import type { Member } from './edge-node.ts'
import { isCompound, leavesOf } from './leaves.ts'
import type { PlaceRules } from './metric-place.ts'
import { NO_METRICS, NO_ROW } from './metric-table.ts'
import type { MetricWriter, WriteContext } from './metric-writer.ts'

export interface DataReaderParts {
  readonly sink: SampleSink
  readonly refusals: Refusals
  readonly writer: MetricWriter
  readonly rules: PlaceRules
}

const UTF8 = new TextEncoder()
const NOBODY: Member = { device: undefined, assetPath: '', state: 'unborn', table: NO_METRICS, awaitedMs: 0 }
const NO_CONTEXT: WriteContext = { owner: '', sender: '', payloadUs: 0, isBirth: false }

/** Takes NDATA and DDATA of a member whose birth is known: the fast way where it can, else metric by metric. */
export class DataReader {
  readonly #parts: DataReaderParts
  readonly #scanner: DataScanner
  #member = NOBODY
  #context = NO_CONTEXT
  #unknown = 0
  #historical = 0

  constructor(parts: DataReaderParts) {
    this.#parts = parts
    this.#scanner = new DataScanner((bytes, start, end, timeUs) => this.#other(bytes, start, end, timeUs))
  }

  /** The sequence number of the message that was read last; undefined when it had none. */
  get seq(): number | undefined {
    return this.#scanner.seq
  }

  /** Samples of the message that was read last that were sent after the fact. */
  get historical(): number {
    return this.#scanner.historical + this.#historical
  }

  /** Reads a message; how many of its metrics no birth declared. Throws `PayloadFlaw`; what came before the flaw is taken. */
  read(member: Member, bytes: Uint8Array, start: number, end: number, context: WriteContext): number {
    this.#member = member
    this.#context = context
    this.#unknown = 0
    this.#historical = 0
    this.#scanner.scan(bytes, start, end, member.table, context.payloadUs, this.#parts.sink.open)
    return this.#unknown
  }

  #other(bytes: Uint8Array, start: number, end: number, timeUs: number): void {
    const metric = decodeMetric(bytes, start, end)
    const { table } = this.#member
    const row = this.#rowOf(metric)
    if (row === NO_ROW) {
      if (metric.name === undefined || !isControlName(metric.name)) this.#unknown++
      return
    }
    if (metric.isHistorical === true) this.#historical++
    const context = { ...this.#context, payloadUs: timeUs }
    const { datatype, name = '' } = table.rows[row] as { datatype: number; name?: string }
    if (isCompound(datatype) || metric.value?.field === 'template' || metric.value?.field === 'dataSet') this.#compound(metric, name, context)
    else this.#parts.writer.write(table, row, metric, metric.value, context)
  }

  #rowOf({ alias, name }: Metric): number {
    const { table } = this.#member
    const row = alias === undefined ? NO_ROW : table.byAlias(alias)
    if (row !== NO_ROW || name === undefined) return row
    const bytes = UTF8.encode(name)
    return table.byName(bytes, 0, bytes.length)
  }

  #compound(metric: Metric, name: string, context: WriteContext): void {
    const { table, assetPath } = this.#member
    const { refusals, rules, writer } = this.#parts
    try {
      for (const leaf of leavesOf(metric, name)) {
        const row = rowOfLeaf(table, assetPath, leaf, rules)
        if (row === NO_ROW) refusals.add({ where: `${assetPath}/${leaf.names.join('/').slice(0, 300)}`, refusal: { code: 'SIGNAL_UNKNOWN', message: 'the birth declared no such part of the metric' }, count: 1 })
        else writer.write(table, row, leaf.metric, leaf.value, context)
      }
    } catch (thrown) {
      if (!(thrown instanceof PayloadFlaw)) throw thrown
      refusals.add({ where: `${assetPath}/${name.slice(0, 300)}`, refusal: { code: 'PAYLOAD_INVALID', message: thrown.message }, count: 1 })
    }
  }
}
