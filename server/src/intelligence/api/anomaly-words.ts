import { usToMs } from '@millwright/model/time.ts'
import { unitText } from '@millwright/model/unit-text.ts'
import type { WireAnomaly, WireAnomalySignal, WireWords } from '@millwright/model/wire/anomaly.ts'
import { standingVerdicts, type StoredAnomaly } from '../anomalies/anomaly-store.ts'
import { risenFeature } from '../vibration/feature-words.ts'

/** What of the plant's model the words need. */
export interface SignalNames {
  assetById(asset: number): { readonly path: string } | undefined
  signalBySeries(series: number): { readonly name: string; readonly description?: string; readonly unit?: string; readonly low?: number; readonly high?: number } | undefined
  signalPath(series: number): string | undefined
}

/** An anomaly as the API shows it: names instead of ids, and a sentence. */
export function wireAnomaly(anomaly: StoredAnomaly, model: SignalNames): WireAnomaly {
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

/** Reasons whose numbers are times, in this unit, and not the signal's own. */
const TIME_UNITS: Readonly<Partial<Record<NonNullable<WireAnomalySignal['reason']>, string>>> = { stays: 'min', pace: 's', silent: 's' }

/** A signal with less of an anomaly than this did not begin it. */
const LEADING_SHARE = 0.05

function wireSignals({ parts }: StoredAnomaly, model: SignalNames): WireAnomalySignal[] {
  const first = Math.min(...parts.flatMap(({ movedUs, share }) => (movedUs === undefined || share < LEADING_SHARE ? [] : movedUs)))
  return parts.map(({ series, share, value, expected, band, movedUs, reason, state, progress }) => {
    const signal = model.signalBySeries(series)
    const [lowest, highest] = [signal?.low ?? Number.NEGATIVE_INFINITY, signal?.high ?? Number.POSITIVE_INFINITY]
    // A band is what is usual, of what is possible; where it lies outside of the declared range as a whole, that range is not to be believed.
    const isOutside = expected - band > highest || expected + band < lowest
    const within = (end: number) => (isOutside ? end : Math.min(highest, Math.max(lowest, end)))
    const isTime = reason !== undefined && TIME_UNITS[reason] !== undefined
    const [low, high] = isTime ? [reason === 'pace' ? Math.max(0, expected - band) : 0, reason === 'stays' ? expected : expected + band] : [within(expected - band), within(expected + band)]
    return {
      signal: model.signalPath(series) ?? `#${series}`,
      label: signal?.description ?? signal?.name ?? `#${series}`,
      unit: (reason !== undefined ? TIME_UNITS[reason] : undefined) ?? signal?.unit ?? null,
      share,
      value,
      expected: isTime ? expected : within(expected),
      low,
      high,
      moved: movedUs === undefined ? null : usToMs(movedUs),
      movedFirst: movedUs === first && share >= LEADING_SHARE,
      ...(reason !== undefined && { reason }),
      ...(state !== undefined && { state }),
      ...(progress !== undefined && { progress }),
    }
  })
}

/** What a maintenance engineer would say of it, of its most telling signals. */
function summaryOf(signals: readonly WireAnomalySignal[]): WireWords {
  const telling = signals.filter(({ share }, index) => index === 0 || (index < 3 && share >= 0.1)).map(sentenceOf)
  const first = signals.filter(({ movedFirst }) => movedFirst).map(({ label }) => wordsOf(label))
  // With one signal there is nothing to be first of.
  const isWorthSaying = first.length > 0 && telling.length > 1
  return {
    en: `${telling.map(({ en }) => en).join('; ')}.${isWorthSaying ? ` Moved first: ${first.map(({ en }) => en).join(', ')}.` : ''}`,
    zh: `${telling.map(({ zh }) => zh).join('；')}。${isWorthSaying ? `最先变化：${first.map(({ zh }) => zh).join('、')}。` : ''}`,
  }
}

function sentenceOf(signal: WireAnomalySignal): WireWords {
  const { label, value, expected, low, high, unit, reason, state = '', progress } = signal
  const { en, zh: name } = wordsOf(label)
  const zh = /[\w)]$/.test(name) ? `${name} ` : name
  const digits = digitsFor(high - low)
  const now = `${shown(value, digits)}${unitOf(unit)}`
  const band = { en: `${shown(low, digits)} to ${shown(high, digits)}`, zh: `${shown(low, digits)} 至 ${shown(high, digits)}` }
  const isLower = (value ?? expected) < expected
  // Averaged over minutes a signal can leave its band while single values are still inside.
  const isAverage = value !== null && value >= low && value <= high
  const about = shown(expected, digits)
  const risen = risenFeature(signal, { name: { en, zh }, now, about })
  if (risen !== undefined) return risen
  switch (reason) {
    case 'stays': {
      const minutes = Math.round(value ?? 0)
      const usual = expected > 0 ? { en: `it never lasted longer than ${Math.round(expected)} min before`, zh: `此前最长 ${Math.round(expected)} 分钟` } : { en: 'it was never seen before', zh: '此前从未出现' }
      return { en: `${en} has been “${state}” for ${minutes} min; ${usual.en}`, zh: `${zh}持续为“${state}”已 ${minutes} 分钟，${usual.zh}` }
    }
    case 'frozen':
      return { en: `${en} has stood still at ${now} while the machine works: the sensor may be dead`, zh: `${zh}停在 ${now} 不变，而设备在运行：传感器可能失效` }
    case 'spikes':
      return { en: `${en} jumps to ${now} for single samples (${band.en} is usual): look for a loose contact`, zh: `${zh}个别采样跳变至 ${now}（通常 ${band.zh}）：请检查接触不良` }
    case 'pace': {
      const [is, was] = [spanWords(value ?? 0), spanWords(expected)]
      return { en: `samples of ${en} now come every ${is.en} (every ${was.en} is usual): look at the connection or its settings`, zh: `${zh}的采样间隔变为 ${is.zh}（通常 ${was.zh}）：请检查连接或采样设置` }
    }
    case 'silent': {
      const [is, was] = [spanWords(value ?? 0), spanWords(expected)]
      return { en: `no sample of ${en} for ${is.en} while the others go on (every ${was.en} is usual): look at the sensor's line`, zh: `${zh}已 ${is.zh}没有采样，而其他信号正常（通常每 ${was.zh}一次）：请检查传感器线路` }
    }
    case 'shape':
      return { en: `${en} (now ${now}) takes a course like none in the last half day; the nearest one then stood at ${about}`, zh: `${name}（现为 ${now}）走势与此前半天均不相似，最接近的一次当时为 ${about}` }
    case 'pattern':
      return { en: `${en} (now ${now}) changes in an order that was never seen`, zh: `${name}（现为 ${now}）的变化顺序从未出现过` }
    case 'batch': {
      const part = Math.round(100 * (progress ?? 0))
      return { en: `${en} is ${now}, ${isLower ? 'lower' : 'higher'} than is usual at ${part} % of “${state}” (${band.en})`, zh: `${zh}为 ${now}，${isLower ? '低于' : '高于'}“${state}”进行到 ${part}% 时的正常范围（${band.zh}）` }
    }
    case 'level':
      if (isAverage) return { en: `${en} is ${now} and stays ${isLower ? 'below' : 'above'} what is usual in this operating state and at this time of day (about ${about})`, zh: `${zh}为 ${now}，持续${isLower ? '低于' : '高于'}此运行状态与时段的通常值（约 ${about}）` }
      return { en: `${en} is ${now}, ${isLower ? 'lower' : 'higher'} than is usual in this operating state and at this time of day (${band.en})`, zh: `${zh}为 ${now}，${isLower ? '低于' : '高于'}此运行状态与时段的正常范围（${band.zh}）` }
    default:
      if (isAverage) return { en: `${en} is ${now} and stays ${isLower ? 'below' : 'above'} what the other signals let expect (about ${about})`, zh: `${zh}为 ${now}，持续${isLower ? '低于' : '高于'}由其他信号推算的值（约 ${about}）` }
      return { en: `${en} is ${now}, ${isLower ? 'lower' : 'higher'} than the other signals let expect (${band.en})`, zh: `${zh}为 ${now}，${isLower ? '低于' : '高于'}由其他信号推算的范围（${band.zh}）` }
  }
}

/** Seconds as one says them: 0.5 s, 60 s, 15 min. */
function spanWords(seconds: number): WireWords {
  const [value, en, zh] = seconds < 120 ? [seconds, 's', '秒'] : [seconds / 60, 'min', '分钟']
  const digits = Number(value.toPrecision(2))
  return { en: `${digits} ${en}`, zh: `${digits} ${zh}` }
}

/** Descriptions are often written in both languages, as `温度 · Temperature`. */
function wordsOf(label: string): WireWords {
  const [one = label, other] = label.replace(/^Computed by Millwright \([^)]*\): /, '').split(' · ')
  return other === undefined ? { en: label, zh: label } : /\p{Script=Han}/u.test(one) ? { zh: one, en: other } : { zh: other, en: one }
}

/** Decimals that tell the ends of a band of this width apart, and no more: a hundredth of it. */
function digitsFor(width: number): number {
  return width > 0 ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(width)) - 1)) : 2
}

function shown(value: number | null, digits: number): string {
  return value === null ? '–' : String(Number(value.toFixed(digits)))
}

function unitOf(unit: string | null): string {
  const text = unitText(unit ?? undefined)
  return text === '' ? '' : ` ${text}`
}
