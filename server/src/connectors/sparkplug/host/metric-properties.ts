import { Status, type StatusCode } from '@millwright/model/quality.ts'
import { typedValue } from '@millwright/model/sparkplug/typed-value.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import type { Metric, Property, PropertySet } from '@millwright/model/sparkplug/payload.ts'
import type { SignalHints } from '../../sink.ts'

// The specification names only `Quality`; these keys are what gateways in the field write, compared without case, spaces and underscores.
const KEYS = {
  unit: ['engunit', 'engunits', 'engineeringunit', 'engineeringunits', 'unit', 'units', 'uom'],
  low: ['englow', 'engineeringlow', 'low', 'lowlimit', 'min', 'minimum'],
  high: ['enghigh', 'engineeringhigh', 'high', 'highlimit', 'max', 'maximum'],
  description: ['documentation', 'description', 'tooltip'],
  rate: ['ratehz', 'samplingratehz', 'samplingrate', 'samplerate', 'samplingfrequency'],
} as const

/** Units as gateways write them, in UCUM. */
const UNITS: Readonly<Record<string, string>> = {
  '°C': 'Cel', '℃': 'Cel', degC: 'Cel', '°F': '[degF]', '℉': '[degF]', degF: '[degF]', rpm: '/min', RPM: '/min', 'r/min': '/min', kWh: 'kW.h', Wh: 'W.h',
  'm³': 'm3', 'm³/h': 'm3/h', 'm^3/h': 'm3/h', 'm/s²': 'm/s2', µm: 'um', '°': 'deg', Ohm: 'Ohm', 'Ω': 'Ohm',
}

/** The sampling rate of a waveform, Hz, where the properties say one. */
export function rateOf({ properties }: Metric): number | undefined {
  return numberUnder(properties, KEYS.rate)
}

/** What the properties of a metric's birth say of its signal. */
export function hintsOf({ properties, datatype, metadata }: Metric): SignalHints {
  const unit = textUnder(properties, KEYS.unit) ?? (datatype === DataType.dateTime ? 'ms' : undefined)
  const low = numberUnder(properties, KEYS.low)
  const high = numberUnder(properties, KEYS.high)
  const description = textUnder(properties, KEYS.description) ?? metadata?.description
  return {
    ...(unit === undefined ? {} : { unit: UNITS[unit] ?? unit }),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(description === undefined || description === '' ? {} : { description }),
  }
}

/** Quality as Sparkplug gives it (3.0, 6.4.8): 0 bad, 192 good, 500 stale; another number is uncertain. */
export function statusOf({ properties }: Metric): StatusCode {
  const quality = properties?.get('Quality')
  if (quality?.value === undefined) return Status.good
  switch (valueOf(quality)) {
    case 192:
      return Status.good
    case 0:
      return Status.bad
    case 500:
      return Status.uncertainLastUsable
    default:
      return Status.uncertain
  }
}

function find(properties: PropertySet | undefined, keys: readonly string[]): unknown {
  if (properties === undefined) return undefined
  for (const [key, property] of properties) {
    if (keys.includes(key.toLowerCase().replaceAll(/[ _-]/g, ''))) return valueOf(property)
  }
  return undefined
}

function textUnder(properties: PropertySet | undefined, keys: readonly string[]): string | undefined {
  const value = find(properties, keys)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function numberUnder(properties: PropertySet | undefined, keys: readonly string[]): number | undefined {
  const value = find(properties, keys)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function valueOf({ type, value, isNull }: Property): unknown {
  if (value === undefined || isNull === true) return undefined
  try {
    return type === undefined ? value.value : typedValue(type, value)
  } catch {
    // A hint that cannot be read is no reason to lose the metric.
    return value.value
  }
}
