import { isUnder } from '@millwright/model/path.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import type { Property, PropertySet } from '@millwright/model/sparkplug/payload.ts'
import type { AssetModel } from '../plant/asset-model.ts'

/** A signal as a metric of its device. */
export interface EdgeSignal {
  readonly series: SeriesId
  /** The metric's name: that of the signal. */
  readonly name: string
  readonly kind: Exclude<ValueKind, 'waveform'>
  readonly unit?: string
  readonly low?: number
  readonly high?: number
  readonly description?: string
}

/** An asset with signals of its own, as a device. */
export interface EdgeDevice {
  readonly device: string
  readonly signals: readonly EdgeSignal[]
}

/** The devices of an edge node, and what could not be among them. */
export interface EdgeDevices {
  readonly devices: readonly EdgeDevice[]
  readonly metrics: number
  /** Signals beyond the limit. */
  readonly beyondLimit: number
  /** Waveforms, which are not published. */
  readonly waveforms: number
}

/** Which assets are published. */
export interface EdgeChoice {
  readonly paths: readonly string[]
  readonly leaveOut: readonly string[]
  readonly maxMetrics: number
}

/**
 * A device for each chosen asset that has signals of its own; its id is the asset's path with `.` between the names, because no id may hold `/`
 * (Sparkplug 3.0, 4.1.5). A `.` or `~` within a name is written `~.` or `~~`, so that two assets never have one id. In the order of the paths.
 */
export function edgeDevices(model: AssetModel, { paths, leaveOut, maxMetrics }: EdgeChoice): EdgeDevices {
  const byAsset = new Map<string, EdgeSignal[]>()
  const seen = new Set<SeriesId>()
  let [waveforms, beyondLimit] = [0, 0]
  for (const path of paths) {
    for (const series of model.seriesUnder(path, Number.MAX_SAFE_INTEGER)) {
      const signal = model.signalBySeries(series)
      const asset = signal === undefined ? undefined : model.assetById(signal.asset)?.path
      if (signal === undefined || asset === undefined || seen.has(series) || leaveOut.some((left) => isUnder(asset, left))) continue
      seen.add(series)
      const { name, kind, unit, low, high, description } = signal
      if (kind === 'waveform') waveforms++
      else if (seen.size - waveforms > maxMetrics) beyondLimit++
      else {
        const metric: EdgeSignal = {
          series, name, kind, ...(unit === undefined ? {} : { unit }), ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }), ...(description === undefined ? {} : { description }),
        }
        const signals = byAsset.get(asset)
        if (signals === undefined) byAsset.set(asset, [metric])
        else signals.push(metric)
      }
    }
  }
  const devices = [...byAsset].sort(([a], [b]) => (a < b ? -1 : 1)).map(([asset, signals]) => ({ device: deviceId(asset), signals: signals.sort((a, b) => (a.name < b.name ? -1 : 1)) }))
  return { devices, metrics: seen.size - waveforms - beyondLimit, beyondLimit, waveforms }
}

/** Sparkplug's id of an asset. */
export function deviceId(assetPath: string): string {
  return assetPath.replaceAll(/[.~]/g, '~$&').replaceAll('/', '.')
}

/** The data type of a kind of signal. */
export function dataTypeOf(kind: EdgeSignal['kind']): number {
  return kind === 'number' ? DataType.double : kind === 'boolean' ? DataType.boolean : DataType.string
}

/** Unit, range and description under the keys that gateways and hosts in the field use; the specification names none but `Quality`. */
export function propertiesOf({ unit, low, high, description }: EdgeSignal): PropertySet {
  const properties = new Map<string, Property>()
  const text = (key: string, value: string) => properties.set(key, { type: DataType.string, value: { field: 'string', value } })
  const number = (key: string, value: number) => properties.set(key, { type: DataType.double, value: { field: 'double', value } })
  if (unit !== undefined) text('engUnit', unit)
  if (low !== undefined) number('engLow', low)
  if (high !== undefined) number('engHigh', high)
  if (description !== undefined) text('documentation', description)
  return properties
}
