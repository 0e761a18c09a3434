import { VIBRATION_FEATURES, type VibrationFeature } from '@millwright/model/wire/vibration.ts'
import type { WireWords } from '@millwright/model/wire/anomaly.ts'

/** Who computes features of recordings, as `ComputedSignals` knows it: those that are watched as any measurement is, and those that follow from them. */
export const [VIBRATION_OWNER, VIBRATION_DETAIL] = ['vibration', 'vibration detail'] as const

interface FeatureSignal {
  readonly name: WireWords
  /** UCUM; `same`: that of the waveform. */
  readonly unit: string
  readonly isWatched: boolean
}

const FEATURE_SIGNALS: Readonly<Record<VibrationFeature, FeatureSignal>> = {
  velocity_rms: { name: { en: 'Vibration velocity 10–1000 Hz, RMS', zh: '振动速度有效值（10–1000 Hz）' }, unit: 'mm/s', isWatched: true },
  rms: { name: { en: 'RMS of the recording', zh: '波形有效值' }, unit: 'same', isWatched: true },
  peak: { name: { en: 'Peak of the recording', zh: '波形峰值' }, unit: 'same', isWatched: false },
  crest: { name: { en: 'Crest factor', zh: '峰值因数' }, unit: '1', isWatched: false },
  kurtosis: { name: { en: 'Kurtosis', zh: '峭度' }, unit: '1', isWatched: true },
  band_low: { name: { en: 'RMS in 10–1000 Hz', zh: '10–1000 Hz 频带有效值' }, unit: 'same', isWatched: false },
  band_mid: { name: { en: 'RMS in 1–5 kHz', zh: '1–5 kHz 频带有效值' }, unit: 'same', isWatched: false },
  band_high: { name: { en: 'RMS in 5–10 kHz', zh: '5–10 kHz 频带有效值' }, unit: 'same', isWatched: false },
  envelope_rms: { name: { en: 'RMS of the envelope', zh: '包络有效值' }, unit: 'same', isWatched: true },
  envelope_outer_race: { name: { en: 'Envelope at outer-race frequency', zh: '外圈故障频率处的包络幅值' }, unit: 'same', isWatched: true },
  envelope_inner_race: { name: { en: 'Envelope at inner-race frequency', zh: '内圈故障频率处的包络幅值' }, unit: 'same', isWatched: true },
  envelope_ball: { name: { en: 'Envelope at ball frequency', zh: '滚动体故障频率处的包络幅值' }, unit: 'same', isWatched: true },
  envelope_cage: { name: { en: 'Envelope at cage frequency', zh: '保持架故障频率处的包络幅值' }, unit: 'same', isWatched: true },
}

/** What a feature that rose says to a maintenance engineer: where to look. */
const MEANINGS: Partial<Readonly<Record<VibrationFeature, WireWords>>> = {
  velocity_rms: { en: 'the machine shakes more: look for imbalance, misalignment or looseness', zh: '整机振动加大：请检查不平衡、不对中或松动' },
  rms: { en: 'look at its spectrum for where it comes from', zh: '请查看频谱判断来源' },
  kurtosis: { en: 'there are single blows: look at bearings, teeth and loose parts', zh: '出现冲击：请检查轴承、齿轮与松动件' },
  envelope_rms: { en: 'something strikes or rubs at a steady rate: look at the envelope spectrum', zh: '存在周期性冲击或摩擦：请查看包络谱' },
  envelope_outer_race: { en: 'look at the outer race of the bearing', zh: '请检查轴承外圈' },
  envelope_inner_race: { en: 'look at the inner race of the bearing', zh: '请检查轴承内圈' },
  envelope_ball: { en: 'look at the rolling elements of the bearing', zh: '请检查轴承滚动体' },
  envelope_cage: { en: 'look at the cage of the bearing', zh: '请检查轴承保持架' },
}

/** Name of the computed signal of a feature, beside the waveform signal that it is of. */
export function featureSignalName(waveform: string, feature: VibrationFeature): string {
  return `${waveform}_${feature}`
}

/** What the plant model is told of a feature's signal. `waveform` is the name of the recording's signal; what tells it apart from others of the asset is said too. */
export function featureFields(waveform: string, feature: VibrationFeature, waveUnit: string | undefined): { readonly owner: string; readonly unit: string | null; readonly description: string } {
  const { name, unit, isWatched } = FEATURE_SIGNALS[feature]
  const place = waveform.replace(/_?(acceleration|velocity|vibration)?_?waveform$/, '')
  const of = place === '' ? { en: '', zh: '' } : { en: `, ${place}`, zh: `，${place}` }
  return { owner: isWatched ? VIBRATION_OWNER : VIBRATION_DETAIL, unit: unit === 'same' ? (waveUnit ?? null) : unit, description: `${name.zh}${of.zh} · ${name.en}${of.en}` }
}

/** The feature that a computed signal holds, by its name and what its description says of who computes it; undefined for all others. */
export function featureOfSignal({ name, description = '' }: { readonly name: string; readonly description?: string }): VibrationFeature | undefined {
  if (!description.includes(`(${VIBRATION_OWNER})`) && !description.includes(`(${VIBRATION_DETAIL})`)) return undefined
  // The longest name that fits: `_rms` is also the end of `_envelope_rms`.
  return [...VIBRATION_FEATURES].sort((a, b) => b.length - a.length).find((feature) => name.endsWith(`_${feature}`))
}

/** What a feature's rise means, in words; undefined where it means nothing by itself. */
export function featureMeaning(feature: VibrationFeature): WireWords | undefined {
  return MEANINGS[feature]
}
