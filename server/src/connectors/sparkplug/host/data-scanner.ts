import { Status } from '@millwright/model/quality.ts'
import type { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { PayloadFlaw, type Uint64 } from '@millwright/model/sparkplug/payload.ts'
import { ProtoReader } from '@millwright/model/sparkplug/proto-reader.ts'
import { MAX_TIME_US, US_PER_MS } from '@millwright/model/time.ts'
import { NO_ROW, NO_SERIES, type MetricTable } from './metric-table.ts'

const TWO_28 = 268_435_456
const TWO_32 = 4_294_967_296
const SAFE_HIGH = 0x20_0000
const TAG = { name: 0x0a, alias: 0x10, time: 0x18, type: 0x20, historical: 0x28, int: 0x50, long: 0x58, float: 0x65, double: 0x69, boolean: 0x70 } as const

/** Alias, time and a float, in bytes: less is none of the usual. */
const MIN_USUAL = 14

/** Takes the metrics that the fast path leaves: `bytes[start, end)` is one metric; `timeUs` is the payload's time. */
export type OtherMetric = (bytes: Uint8Array, start: number, end: number, timeUs: number) => void

/**
 * Reads NDATA and DDATA payloads straight into the sink's columns: metrics known by alias or name, whose value is a number or a boolean. All others (text,
 * null, properties, compound, unknown) are handed to `other`, whole. Nothing is allocated for a metric.
 */
export class DataScanner {
  /** The payload's sequence number; undefined when it has none. */
  seq: number | undefined
  /** Samples that were added. */
  added = 0
  /** Of them, those that were sent after the fact. */
  historical = 0
  readonly #other: OtherMetric
  // What a varint that was read becomes: its low 32 bits, and those above.
  #low = 0
  #high = 0
  #at = 0
  /** Over all of the bytes at hand. */
  #view: DataView = new DataView(new ArrayBuffer(0))

  constructor(other: OtherMetric) {
    this.#other = other
  }

  /** Throws `PayloadFlaw` when the bytes are no payload; what came before the flaw has been taken. */
  scan(bytes: Uint8Array, start: number, end: number, table: MetricTable, receivedUs: number, open: BatchBuilder): void {
    this.seq = undefined
    this.added = 0
    this.historical = 0
    if (this.#view.buffer !== bytes.buffer || this.#view.byteOffset !== bytes.byteOffset || this.#view.byteLength !== bytes.byteLength) this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let timeUs = receivedUs
    let at = start
    while (at < end) {
      const tag = bytes[at] as number
      if (tag === 0x12) {
        const length = bytes[at + 1] as number
        if (length < 0x80 && at + 2 + length <= end && this.#usual(bytes, at + 2, at + 2 + length, table, open)) {
          at += 2 + length
          continue
        }
        this.#varint(bytes, at + 1, end)
        at = this.#at
        const metricEnd = at + this.#low
        if (metricEnd > end || this.#high > 0) throw new PayloadFlaw('a metric is longer than the payload')
        if (!this.#metric(bytes, at, metricEnd, table, timeUs, open)) this.#other(bytes, at, metricEnd, timeUs)
        at = metricEnd
      } else if (tag === 0x08) {
        this.#varint(bytes, at + 1, end)
        at = this.#at
        timeUs = (this.#high * TWO_32 + this.#low) * US_PER_MS
      } else if (tag === 0x18) {
        this.#varint(bytes, at + 1, end)
        at = this.#at
        if (this.#high === 0 && this.#low < 256) this.seq = this.#low
        else throw new PayloadFlaw('the sequence number is greater than 255')
      } else at = skipField(bytes, at, end)
    }
  }

  /** Takes a metric as nearly all are, an alias below 16,384, a time of our century, a double or a float, in this order; false for any other. */
  #usual(bytes: Uint8Array, start: number, end: number, table: MetricTable, open: BatchBuilder): boolean {
    if (end - start < MIN_USUAL || bytes[start] !== TAG.alias) return false
    let at = start + 2
    let alias = bytes[start + 1] as number
    if (alias > 0x7f) {
      const second = bytes[at++] as number
      if (second > 0x7f) return false
      alias = (alias & 0x7f) | (second << 7)
    }
    if (bytes[at] !== TAG.time) return false
    const a = bytes[at + 1] as number
    const b = bytes[at + 2] as number
    const c = bytes[at + 3] as number
    const d = bytes[at + 4] as number
    const e = bytes[at + 5] as number
    const f = bytes[at + 6] as number
    if ((a & b & c & d & e) < 0x80 || f > 0x7f) return false
    const tag = bytes[at + 7] as number
    const size = tag === TAG.double ? 8 : tag === TAG.float ? 4 : 0
    if (size === 0 || at + 8 + size !== end) return false
    const row = table.byDenseAlias(alias)
    if (row === NO_ROW || table.isReal[row] === 0) return false
    const series = table.series[row] as number
    const value = size === 8 ? this.#view.getFloat64(at + 8, true) : this.#view.getFloat32(at + 8, true)
    if (series === NO_SERIES || value - value !== 0) return false
    const timeUs = (((e & 0x7f) | (f << 7)) * TWO_28 + ((a & 0x7f) | ((b & 0x7f) << 7) | ((c & 0x7f) << 14) | ((d & 0x7f) << 21))) * US_PER_MS
    open.addNumber(series, timeUs, value, Status.good)
    this.added++
    if (timeUs >= (table.lastTimesUs[row] as number)) {
      table.lastTimesUs[row] = timeUs
      table.lastValues[row] = value
    }
    return true
  }

  /** Takes one metric; false when it is none for the fast path. */
  #metric(bytes: Uint8Array, start: number, end: number, table: MetricTable, payloadUs: number, open: BatchBuilder): boolean {
    let at = start
    let row = NO_ROW
    let timeUs = payloadUs
    let isHistorical = false
    let valueTag = 0
    let low = 0
    let high = 0
    let real = 0
    while (at < end) {
      const tag = bytes[at++] as number
      switch (tag) {
        case TAG.alias: {
          const first = bytes[at] as number
          if (first < 0x80) {
            row = table.byAlias(first)
            at++
            break
          }
          this.#varint(bytes, at, end)
          at = this.#at
          row = table.byAlias(this.#uint64())
          break
        }
        case TAG.time: {
          // Times of our century have six bytes: 28 bits in the first four, 14 in the others.
          if (at + 6 <= end && (bytes[at + 5] as number) < 0x80 && ((bytes[at] as number) & (bytes[at + 1] as number) & (bytes[at + 2] as number) & (bytes[at + 3] as number) & (bytes[at + 4] as number)) > 0x7f) {
            const first = ((bytes[at] as number) & 0x7f) | (((bytes[at + 1] as number) & 0x7f) << 7) | (((bytes[at + 2] as number) & 0x7f) << 14) | (((bytes[at + 3] as number) & 0x7f) << 21)
            const second = ((bytes[at + 4] as number) & 0x7f) | ((bytes[at + 5] as number) << 7)
            timeUs = (second * TWO_28 + first) * US_PER_MS
            at += 6
            break
          }
          this.#varint(bytes, at, end)
          at = this.#at
          timeUs = (this.#high * TWO_32 + this.#low) * US_PER_MS
          break
        }
        case TAG.double:
        case TAG.float: {
          const size = tag === TAG.double ? 8 : 4
          if (end - at < size) throw new PayloadFlaw('the payload ends within a number')
          real = size === 8 ? this.#view.getFloat64(at, true) : this.#view.getFloat32(at, true)
          valueTag = tag
          at += size
          break
        }
        case TAG.int:
        case TAG.long:
        case TAG.boolean:
          this.#varint(bytes, at, end)
          at = this.#at
          low = this.#low
          high = this.#high
          valueTag = tag
          break
        case TAG.type:
          this.#varint(bytes, at, end)
          at = this.#at
          break
        case TAG.historical:
          this.#varint(bytes, at, end)
          at = this.#at
          isHistorical = this.#low !== 0
          break
        case TAG.name:
          this.#varint(bytes, at, end)
          at = this.#at
          if (at + this.#low > end) throw new PayloadFlaw('a name is longer than its metric')
          if (row === NO_ROW) row = table.byName(bytes, at, at + this.#low)
          at += this.#low
          break
        default:
          return false
      }
    }
    if (row === NO_ROW || valueTag === 0 || !(timeUs < MAX_TIME_US)) return false
    const series = table.series[row] as number
    if (series === NO_SERIES || table.isNumber[row] === 0) return false
    const value = valueTag === TAG.double || valueTag === TAG.float ? realValue(table.types[row] as number, real) : wholeValue(table.types[row] as number, valueTag, low, high)
    if (Number.isNaN(value)) return false
    open.addNumber(series, timeUs, value, Status.good)
    this.added++
    if (isHistorical) this.historical++
    else if (timeUs >= (table.lastTimesUs[row] as number)) {
      table.lastTimesUs[row] = timeUs
      table.lastValues[row] = value
    }
    return true
  }

  #uint64(): Uint64 {
    return this.#high < SAFE_HIGH ? this.#high * TWO_32 + this.#low : (BigInt(this.#high) << 32n) | BigInt(this.#low)
  }

  #varint(bytes: Uint8Array, from: number, end: number): void {
    let at = from
    let low = 0
    let shift = 0
    while (at < end) {
      const byte = bytes[at++] as number
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = 0
        this.#at = at
        return
      }
      shift += 7
      if (shift === 28) {
        this.#longVarint(bytes, at, end, low)
        return
      }
    }
    throw new PayloadFlaw('the payload ends within a number')
  }

  #longVarint(bytes: Uint8Array, from: number, end: number, first: number): void {
    let at = from
    let low = first
    let high = 0
    for (let shift = 28; shift < 70; shift += 7) {
      if (at >= end) throw new PayloadFlaw('the payload ends within a number')
      const byte = bytes[at++] as number
      const bits = byte & 0x7f
      if (shift === 28) {
        low |= bits << 28
        high |= bits >>> 4
      } else high |= shift < 63 ? bits << (shift - 32) : (bits & 1) << 31
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        this.#at = at
        return
      }
    }
    throw new PayloadFlaw('a number has more than ten bytes')
  }
}

/** A float or double of a metric declared as such; `NaN` leaves it to the other path. */
function realValue(datatype: number, value: number): number {
  return (datatype === DataType.double || datatype === DataType.float) && Number.isFinite(value) ? value : Number.NaN
}

/** A whole number or boolean by its data type; `NaN` leaves it to the other path, among them those that a 64-bit float cannot hold exactly. */
function wholeValue(datatype: number, tag: number, low: number, high: number): number {
  switch (datatype) {
    case DataType.boolean:
      return low <= 1 && high === 0 ? low : Number.NaN
    case DataType.int8:
      return tag === TAG.boolean ? Number.NaN : (low << 24) >> 24
    case DataType.int16:
      return tag === TAG.boolean ? Number.NaN : (low << 16) >> 16
    case DataType.int32:
      return tag === TAG.boolean ? Number.NaN : low | 0
    case DataType.uint8:
      return tag === TAG.boolean ? Number.NaN : low & 0xff
    case DataType.uint16:
      return tag === TAG.boolean ? Number.NaN : low & 0xffff
    case DataType.uint32:
      return tag === TAG.boolean ? Number.NaN : low
    case DataType.uint64:
    case DataType.dateTime:
      return tag === TAG.long && high < SAFE_HIGH ? high * TWO_32 + low : Number.NaN
    case DataType.int64: {
      const signed = high | 0
      return tag === TAG.long && signed >= -SAFE_HIGH && signed < SAFE_HIGH ? signed * TWO_32 + low : Number.NaN
    }
    default:
      return Number.NaN
  }
}

function skipField(bytes: Uint8Array, at: number, end: number): number {
  const reader = new ProtoReader(bytes, at, end)
  const tag = reader.uint32()
  if (tag >>> 3 === 0) throw new PayloadFlaw('a field has number 0: these bytes are no Sparkplug B payload')
  reader.skip(tag)
  return reader.at
}
