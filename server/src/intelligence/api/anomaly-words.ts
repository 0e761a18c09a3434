import { usToMs } from '@millwright/model/time.ts'
import type { WireAnomaly, WireAnomalySignal, WireWords } from '@millwright/model/wire/anomaly.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { standingVerdicts, type StoredAnomaly } from '../anomalies/anomaly-store.ts'

/** An anomaly as the API shows it: names instead of ids, and a sentence. */
export function wireAnomaly(anomaly: StoredAnomaly, model: AssetModel): WireAnomaly {
  const { id, asset, state, endedUs, isAccepted, isPast, isQuieted, pValue, regime, signature, codeVersion, verdicts, model: by } = anomaly
  const signals = wireSignals(anomaly, model)
  const standing = standingVerdicts(anomaly)
  return {
    id,
    asset: model.assetById(asset)?.path ?? `#${asset}`,
    state,
    began: usToMs(anomaly.beganUs),
    detected: usToMs(anomaly.detectedUs),
    ended: endedUs === undefined ? null : usToMs(endedUs),
    isAccepted,
    isPast,
    pValue,
    peak: usToMs(anomaly.peakUs),
    regime,
    signals,
    summary: summaryOf(signals),
    signature,
    isQuieted,
    model: by,
    codeVersion,
    verdicts,
    verdict: verdicts[0]?.verdict ?? null,
    isDisputed: new Set(standing.map(({ verdict }) => (verdict === 'known' ? 'real' : verdict))).size > 1,
  }
}

function wireSignals({ parts }: StoredAnomaly, model: AssetModel): WireAnomalySignal[] {
  const first = Math.min(...parts.flatMap(({ movedUs, share }) => (movedUs === undefined || share < 0.05 ? [] : movedUs)))
  return parts.map(({ series, share, value, expected, band, movedUs }) => {
    const signal = model.signalBySeries(series)
    return {
      signal: model.signalPath(series) ?? `#${series}`,
      label: signal?.description ?? signal?.name ?? `#${series}`,
      unit: signal?.unit ?? null,
      share,
      value,
      expected,
      low: expected - band,
      high: expected + band,
      moved: movedUs === undefined ? null : usToMs(movedUs),
      movedFirst: movedUs === first && share >= 0.05,
    }
  })
}

/** What a maintenance engineer would say of it, of its two most telling signals. */
function summaryOf(signals: readonly WireAnomalySignal[]): WireWords {
  const telling = signals.filter(({ share }, index) => index === 0 || (index < 3 && share >= 0.1))
  const en = telling.map(({ label: both, value, expected, low, high, unit }) => `${wordsOf(both).en} is ${shown(value)}${unitOf(unit)}, ${(value ?? expected) < expected ? 'lower' : 'higher'} than the other signals let expect (${shown(low)} to ${shown(high)})`)
  const zh = telling.map(({ label: both, value, expected, low, high, unit }) => `${wordsOf(both).zh}为 ${shown(value)}${unitOf(unit)}，${(value ?? expected) < expected ? '低于' : '高于'}由其他信号推算的范围（${shown(low)} 至 ${shown(high)}）`)
  const first = signals.filter(({ movedFirst }) => movedFirst).map(({ label }) => wordsOf(label))
  return {
    en: `${en.join('; ')}.${first.length === 0 ? '' : ` Moved first: ${first.map(({ en: name }) => name).join(', ')}.`}`,
    zh: `${zh.join('；')}。${first.length === 0 ? '' : `最先变化：${first.map(({ zh: name }) => name).join('、')}。`}`,
  }
}

/** Descriptions are often written in both languages, as `温度 · Temperature`. */
function wordsOf(label: string): WireWords {
  const [one = label, other] = label.split(' · ')
  return other === undefined ? { en: label, zh: label } : /\p{Script=Han}/u.test(one) ? { zh: one, en: other } : { zh: other, en: one }
}

/** Three significant digits more than the whole part needs not. */
function shown(value: number | null): string {
  if (value === null) return '–'
  const digits = Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 4
  return String(Number(value.toFixed(digits)))
}

function unitOf(unit: string | null): string {
  return unit === null || unit === '1' ? '' : ` ${unit === 'Cel' ? '°C' : unit}`
}
