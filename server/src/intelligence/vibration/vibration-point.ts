import { Type, type Static } from 'typebox'
import type { Signal } from '@millwright/model/signal.ts'
import { bearingSchema, type WireBearing } from '@millwright/model/wire/vibration.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { bearingNamed } from './bearing-catalogue.ts'
import type { PointOrder } from './vibration-messages.ts'
import { turnsPerSecond } from './wave-unit.ts'

/** What a person said of a measuring point. The speed's signal is known by its series: a rename changes nothing. */
export const vibrationPointRecord = Type.Object(
  {
    series: Type.Integer(),
    bearing: Type.Union([bearingSchema, Type.Null()]),
    speed: Type.Union([Type.Object({ series: Type.Integer() }, { additionalProperties: false }), Type.Object({ rpm: Type.Number() }, { additionalProperties: false }), Type.Null()]),
    author: Type.String(),
  },
  { additionalProperties: false },
)
export type VibrationPointRecord = Static<typeof vibrationPointRecord>

/** What is known of a waveform signal: by a person's word, else by the plant model. */
export function pointOrder(signal: Signal, record: VibrationPointRecord | undefined, model: AssetModel): PointOrder {
  const { series, unit } = signal
  if (record === undefined) return { series, unit, bearing: bearingInModel(signal, model), speed: speedInModel(signal, model) }
  return { series, unit, bearing: record.bearing ?? undefined, speed: speedSaid(record, model) }
}

function speedSaid({ speed }: VibrationPointRecord, model: AssetModel): PointOrder['speed'] {
  if (speed === null) return undefined
  if ('rpm' in speed) return { hz: speed.rpm / 60 }
  const perSecond = turnsPerSecond(model.signalBySeries(speed.series)?.unit)
  return perSecond === undefined ? undefined : { series: speed.series, turnsPerSecond: perSecond }
}

/** The asset's property `bearing`, or `<shaft>_bearing` where it has several. */
function bearingInModel({ asset, name }: Signal, model: AssetModel): WireBearing | undefined {
  const properties = model.assetById(asset)?.properties ?? {}
  const shaft = shaftOf(name)
  const designation = (shaft === '' ? undefined : properties[`${shaft}_bearing`]) ?? properties['bearing']
  return typeof designation === 'string' || typeof designation === 'number' ? bearingNamed(String(designation)) : undefined
}

/** The asset's signal of speed, that of the same shaft before others; else its property `rated_rpm`. */
function speedInModel({ asset, name }: Signal, model: AssetModel): PointOrder['speed'] {
  const shaft = shaftOf(name)
  const speeds = model.signalsOf(asset).filter(({ kind, unit, name: of }) => kind === 'number' && turnsPerSecond(unit) !== undefined && /speed|rpm|转速/i.test(of) && !/set|command|ref|设定/i.test(of))
  const own = speeds.find((speed) => shaft !== '' && speed.name.startsWith(shaft)) ?? speeds.find((speed) => /^(speed|rpm|shaft_speed|转速)$/i.test(speed.name)) ?? (speeds.length === 1 ? speeds[0] : undefined)
  const perSecond = turnsPerSecond(own?.unit)
  if (own !== undefined && perSecond !== undefined) return { series: own.series, turnsPerSecond: perSecond }
  // Properties that people enter or import may be texts.
  const rated = Number(model.assetById(asset)?.properties['rated_rpm'])
  return Number.isFinite(rated) && rated > 0 ? { hz: rated / 60 } : undefined
}

/** The shaft that a waveform's name begins with, such as `spindle` of `spindle_acceleration_waveform`. */
function shaftOf(name: string): string {
  return name.replace(/_?(acceleration|velocity|vibration)?_?waveform$/, '')
}
