import { severityOf, Status, type StatusCode } from '@millwright/model/quality.ts'
import type { SampleBatch, SeriesId } from '@millwright/model/sample-batch.ts'
import type { TypedValue } from '@millwright/model/sparkplug/typed-value.ts'
import { US_PER_MS } from '@millwright/model/time.ts'
import type { EdgeChange, EdgeMetric } from '@millwright/model/sparkplug/edge-session.ts'
import { dataTypeOf, propertiesOf, type EdgeDevice, type EdgeSignal } from './edge-devices.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'

/** A sample at hand. `value` is `NaN` for none among numbers, `null` among texts. */
export interface SampleNow {
  readonly timeUs: number
  readonly value: number | string | null
  readonly status: StatusCode
}

interface Slot {
  readonly signal: EdgeSignal
  /** Index of its device. */
  readonly device: number
  /** A change of a number by less is not told. */
  readonly deadband: number
  now: SampleNow | undefined
  /** What the host was told last; undefined after a new beginning. */
  told: SampleNow | undefined
}

/** What of a batch is told, by index of the device. */
export type ChangesByDevice = ReadonlyMap<number, readonly EdgeChange[]>

/** The published signals with their newest samples, and what of the stream is a change worth telling (report by exception). */
export class SignalValues {
  readonly devices: readonly EdgeDevice[]
  readonly metrics: number
  readonly #slots = new Map<SeriesId, Slot>()
  /** Samples that were not told because they say what was told before. */
  unchanged = 0

  constructor(devices: readonly EdgeDevice[], deadbandPercent: number, newest: (series: SeriesId) => SampleNow | undefined) {
    this.devices = devices
    for (const [device, { signals }] of devices.entries()) {
      for (const signal of signals) {
        const range = signal.low === undefined || signal.high === undefined ? 0 : signal.high - signal.low
        this.#slots.set(signal.series, { signal, device, deadband: (Math.max(0, range) * deadbandPercent) / 100, now: newest(signal.series), told: undefined })
      }
    }
    this.metrics = this.#slots.size
  }

  /** The newest sample of a published signal. */
  newest(series: SeriesId): SampleNow | undefined {
    return this.#slots.get(series)?.now
  }

  /** What the births of all devices say. They tell all newest values. */
  births(nowMs: number): { readonly device: string; readonly metrics: readonly EdgeMetric[] }[] {
    return this.devices.map(({ device, signals }) => ({ device, metrics: signals.map((signal) => this.#birthOf(signal, nowMs)) }))
  }

  /** Takes samples as they come. What is older than the newest of its signal is historical. */
  live(batch: SampleBatch): ChangesByDevice {
    return this.#changes(batch, (slot, sample) => {
      const isOld = slot.now !== undefined && sample.timeUs < slot.now.timeUs
      if (!isOld) slot.now = sample
      else return { isTold: true, isHistorical: true }
      if (!isChange(slot.told, sample, slot.deadband)) return { isTold: false, isHistorical: false }
      slot.told = sample
      return { isTold: true, isHistorical: false }
    })
  }

  /** Samples of the past, to be sent after the fact. `past` remembers what was told of it, by series; the caller keeps it for one stretch. */
  historical(batch: SampleBatch, past: Map<SeriesId, SampleNow>): ChangesByDevice {
    return this.#changes(batch, ({ deadband }, sample, series) => {
      const isTold = isChange(past.get(series), sample, deadband)
      if (isTold) past.set(series, sample)
      return { isTold, isHistorical: true }
    })
  }

  #changes({ numbers, texts }: SampleBatch, judge: (slot: Slot, sample: SampleNow, series: SeriesId) => { readonly isTold: boolean; readonly isHistorical: boolean }): ChangesByDevice {
    const changes = new Map<number, EdgeChange[]>()
    const take = (series: SeriesId, slot: Slot, sample: SampleNow): void => {
      const { isTold, isHistorical } = judge(slot, sample, series)
      if (!isTold) {
        this.unchanged++
        return
      }
      const change = changeOf(slot.signal, sample, isHistorical)
      const list = changes.get(slot.device)
      if (list === undefined) changes.set(slot.device, [change])
      else list.push(change)
    }
    for (let at = 0; at < numbers.length; at++) {
      const series = numbers.series[at] as number
      const slot = this.#slots.get(series)
      if (slot !== undefined && slot.signal.kind !== 'text') take(series, slot, { timeUs: numbers.timesUs[at] as number, value: numbers.values[at] as number, status: numbers.status[at] as number })
    }
    for (let at = 0; at < texts.length; at++) {
      const series = texts.series[at] as number
      const slot = this.#slots.get(series)
      if (slot?.signal.kind === 'text') take(series, slot, { timeUs: texts.timesUs[at] as number, value: texts.values[at] ?? null, status: texts.status[at] as number })
    }
    return changes
  }

  #birthOf(signal: EdgeSignal, nowMs: number): EdgeMetric {
    const slot = this.#slots.get(signal.series)
    const now = slot?.now
    if (slot !== undefined) slot.told = now
    const properties = new Map(propertiesOf(signal))
    // Before the first sample there is no value, and nobody knows whether it is good.
    const quality = now === undefined ? 500 : qualityOf(now.status)
    if (quality !== undefined) properties.set('Quality', { type: DataType.int32, value: { field: 'int', value: quality } })
    return {
      name: signal.name,
      datatype: dataTypeOf(signal.kind),
      value: now === undefined ? null : valueOf(signal, now),
      timestampMs: now === undefined ? nowMs : Math.floor(now.timeUs / US_PER_MS),
      ...(properties.size === 0 ? {} : { properties }),
    }
  }
}

function changeOf(signal: EdgeSignal, sample: SampleNow, isHistorical: boolean): EdgeChange {
  const quality = qualityOf(sample.status)
  return { name: signal.name, value: valueOf(signal, sample), timestampMs: Math.floor(sample.timeUs / US_PER_MS), ...(isHistorical ? { isHistorical } : {}), ...(quality === undefined ? {} : { quality }) }
}

function valueOf({ kind }: EdgeSignal, { value }: SampleNow): TypedValue | null {
  if (kind === 'text') return typeof value === 'string' ? value : null
  if (typeof value !== 'number' || Number.isNaN(value)) return null
  return kind === 'boolean' ? value !== 0 : value
}

/** Sparkplug knows good, bad and stale (3.0, 6.4.8); what is uncertain here is stale there, for a host must not take it as good. */
function qualityOf(status: StatusCode): 0 | 500 | undefined {
  const severity = severityOf(status)
  return severity === 'good' ? undefined : severity === 'bad' ? 0 : 500
}

function isChange(told: SampleNow | undefined, { value, status }: SampleNow, deadband: number): boolean {
  if (told === undefined || told.status !== status) return true
  if (typeof value !== 'number' || typeof told.value !== 'number') return value !== told.value
  if (Number.isNaN(value) || Number.isNaN(told.value)) return Number.isNaN(value) !== Number.isNaN(told.value)
  return deadband === 0 ? value !== told.value : Math.abs(value - told.value) >= deadband
}

/** A live value as the plant has it, in the form that is used here. */
export function sampleNow(live: { readonly timeUs: number; readonly value: number | string | null; readonly status: number } | undefined, kind: EdgeSignal['kind']): SampleNow | undefined {
  if (live === undefined) return undefined
  return { timeUs: live.timeUs, value: kind === 'text' ? live.value : (live.value ?? Number.NaN), status: live.status === Status.good ? Status.good : live.status }
}
