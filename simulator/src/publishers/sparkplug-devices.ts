import type { SampleBatch, WaveformColumns } from '@millwright/model/sample-batch.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import type { EdgeChange, EdgeMetric } from '@millwright/model/sparkplug/edge-session.ts'
import type { Property } from '@millwright/model/sparkplug/payload.ts'
import type { TypedValue } from '@millwright/model/sparkplug/typed-value.ts'
import { US_PER_MS } from '@millwright/model/time.ts'
import type { PlantSignal } from '../plant/layout.ts'
import { WAVEFORM_RATE_HZ } from '../physics/waveform.ts'

/** Points of one message of a waveform: two seconds at 25.6 kHz, 200 kB. */
const MAX_WAVEFORM_POINTS = 51_200

/** The changes of one device, in the order of the batch. */
export interface DeviceChanges {
  readonly device: string
  readonly changes: readonly EdgeChange[]
}

/** Sparkplug's id of an asset: its path below the enterprise, with `.` in place of `/`, which no id may hold. */
export function deviceId(asset: string): string {
  return asset.split('/').slice(1).join('.') || asset
}

/** The devices of one gateway: what their births say, with the newest values, and how samples become changes. A waveform is an array of floats whose birth says its rate. */
export class SparkplugDevices {
  readonly #bySeries: ReadonlyMap<number, PlantSignal>
  readonly #last = new Map<number, { readonly timestampMs: number; readonly value: TypedValue | null }>()
  #firstMs = Infinity

  constructor(signals: readonly PlantSignal[]) {
    this.#bySeries = new Map(signals.map((signal) => [signal.series, signal]))
  }

  /** Whether anything was said yet. */
  get hasValues(): boolean {
    return this.#last.size > 0
  }

  /** The births of all devices with all their metrics; those without a value yet are null since before the first one. */
  births(): { readonly device: string; readonly metrics: readonly EdgeMetric[] }[] {
    const devices = Map.groupBy(this.#bySeries.values(), ({ asset }) => deviceId(asset))
    return [...devices].map(([device, signals]) => ({ device, metrics: signals.map((signal) => this.#metric(signal)) }))
  }

  /** The changes of a batch by device, at most `limit` of one device together. A value older than one that went out before is historical. */
  changes(batch: SampleBatch, limit: number): DeviceChanges[] {
    const done: DeviceChanges[] = []
    const open = new Map<string, EdgeChange[]>()
    const add = (series: number, timeUs: number, value: TypedValue | null): void => {
      const signal = this.#bySeries.get(series)
      if (signal === undefined) return
      const device = deviceId(signal.asset)
      let changes = open.get(device)
      if (changes === undefined || changes.length >= limit) {
        changes = []
        open.set(device, changes)
        done.push({ device, changes })
      }
      changes.push(this.#change(signal, timeUs / US_PER_MS, value))
    }
    const { numbers, texts, waveforms } = batch
    for (let at = 0; at < numbers.length; at++) {
      const series = numbers.series[at] as number
      const value = numbers.values[at] as number
      add(series, numbers.timesUs[at] as number, Number.isNaN(value) ? null : this.#bySeries.get(series)?.kind === 'boolean' ? value !== 0 : value)
    }
    for (let at = 0; at < texts.length; at++) add(texts.series[at] as number, texts.timesUs[at] as number, texts.values[at] ?? null)
    for (let at = 0; at < waveforms.length; at++) done.push(...this.#waveform(waveforms, at))
    return done
  }

  /** Messages of their own: a waveform is long. */
  #waveform({ series, timesUs, rateHz, values }: WaveformColumns, at: number): DeviceChanges[] {
    const signal = this.#bySeries.get(series[at] as number)
    if (signal === undefined) return []
    const [fromUs, rate, points = new Float32Array(0)] = [timesUs[at] as number, rateHz[at] as number, values[at]]
    const pieces: DeviceChanges[] = []
    for (let from = 0; from < points.length; from += MAX_WAVEFORM_POINTS) {
      const change: EdgeChange = { name: signal.name, value: Array.from(points.subarray(from, from + MAX_WAVEFORM_POINTS)), timestampMs: Math.round((fromUs + (from / rate) * 1e6) / US_PER_MS) }
      pieces.push({ device: deviceId(signal.asset), changes: [change] })
    }
    return pieces
  }

  #change({ series, name }: PlantSignal, timeMs: number, value: TypedValue | null): EdgeChange {
    const timestampMs = Math.round(timeMs)
    const last = this.#last.get(series)
    if (last !== undefined && timestampMs < last.timestampMs) return { name, value, timestampMs, isHistorical: true }
    this.#last.set(series, { timestampMs, value })
    this.#firstMs = Math.min(this.#firstMs, timestampMs)
    return { name, value, timestampMs }
  }

  #metric(signal: PlantSignal): EdgeMetric {
    const { timestampMs, value } = this.#last.get(signal.series) ?? { timestampMs: Number.isFinite(this.#firstMs) ? this.#firstMs - 1 : 0, value: null }
    const properties = new Map<string, Property>([['documentation', { type: DataType.string, value: { field: 'string', value: signal.description.en } }]])
    if (signal.unit !== undefined) properties.set('engUnit', { type: DataType.string, value: { field: 'string', value: signal.unit } })
    if (signal.low !== undefined) properties.set('engLow', { type: DataType.double, value: { field: 'double', value: signal.low } })
    if (signal.high !== undefined) properties.set('engHigh', { type: DataType.double, value: { field: 'double', value: signal.high } })
    if (signal.kind === 'waveform') properties.set('rateHz', { type: DataType.double, value: { field: 'double', value: WAVEFORM_RATE_HZ } })
    return { name: signal.name, datatype: signal.kind === 'waveform' ? DataType.floatArray : signal.kind === 'boolean' ? DataType.boolean : signal.kind === 'text' ? DataType.string : DataType.double, properties, value, timestampMs }
  }
}
