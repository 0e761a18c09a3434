import { bandDigits } from '@millwright/model/band-digits.ts'
import { usToMs } from '@millwright/model/time.ts'
import { unitText } from '@millwright/model/unit-text.ts'
import type { WireAnomaly, WireAnomalySignal, WireWords } from '@millwright/model/wire/anomaly.ts'
import { standingVerdicts, type StoredAnomaly } from '../anomalies/anomaly-store.ts'
import { isRangeBelieved } from '../expected/possible-band.ts'
import { risenFeature } from '../vibration/feature-words.ts'

/** What of the plant's model the words need. */
export interface SignalNames {
  assetById(asset: number): { readonly path: string } | undefined
  signalBySeries(series: number): { readonly name: string; readonly description?: string; readonly unit?: string; readonly low?: number; readonly high?: number } | undefined
  signalPath(series: number): string | undefined
}

/** An anomaly as the API shows it: names instead of ids, and a sentence. `judgedUntilUs`: how far its machine was judged, where that lies back. */
export function wireAnomaly(anomaly: StoredAnomaly, model: SignalNames, judgedUntilUs?: number): WireAnomaly {
  const { id, asset, state, endedUs, isAccepted, isPast, isQuieted, pValue, regime, signature, codeVersion, verdicts, model: by } = anomaly
  const signals = wireSignals(anomaly, model)
  const began = anomaly.first === undefined ? undefined : wireSignal(anomaly.first, model)
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
    judgedUntil: judgedUntilUs === undefined ? null : usToMs(judgedUntilUs),
    pValue,
    peak: usToMs(anomaly.peakUs),
    regime,
    signals,
    summary: summaryOf(signals, began),
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
  return parts.map((part) => ({ ...wireSignal(part, model), movedFirst: part.movedUs === first && part.share >= LEADING_SHARE }))
}

function wireSignal({ series, share, value, expected, band, movedUs, reason, state, progress }: StoredAnomaly['parts'][number], model: SignalNames): WireAnomalySignal {
  const signal = model.signalBySeries(series)
  const range = { low: signal?.low ?? Number.NEGATIVE_INFINITY, high: signal?.high ?? Number.POSITIVE_INFINITY }
  const isCut = isRangeBelieved(range, expected - band, expected + band, value ?? Number.NaN)
  const within = (end: number) => (isCut ? Math.min(range.high, Math.max(range.low, end)) : end)
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
    movedFirst: false,
    ...(reason !== undefined && { reason }),
    ...(state !== undefined && { state }),
    ...(progress !== undefined && { progress }),
  }
}

/** What a maintenance engineer would say of it, of its most telling signals; and what it was told by at first, where that is not among them any more. */
function summaryOf(signals: readonly WireAnomalySignal[], began: WireAnomalySignal | undefined): WireWords {
  const telling = signals.filter(({ share }, index) => index === 0 || (index < 3 && share >= 0.1))
  const sentences = telling.map(sentenceOf)
  const first = signals.filter(({ movedFirst }) => movedFirst).map(({ label }) => wordsOf(label))
  // With one signal there is nothing to be first of.
  const isWorthSaying = first.length > 0 && telling.length > 1
  const beginning = began === undefined || telling.some(({ signal }) => signal === began.signal) ? undefined : sentenceOf(began)
  return {
    en: `${sentences.map(({ en }) => en).join('; ')}.${isWorthSaying ? ` Moved first: ${first.map(({ en }) => en).join(', ')}.` : ''}${beginning === undefined ? '' : ` At first: ${beginning.en}.`}`,
    zh: `${sentences.map(({ zh }) => zh).join('；')}。${isWorthSaying ? `最先变化：${first.map(({ zh }) => zh).join('、')}。` : ''}${beginning === undefined ? '' : `起初：${beginning.zh}。`}`,
  }
}

function sentenceOf(signal: WireAnomalySignal): WireWords {
  const { label, value, expected, low, high, unit, reason, state = '', progress } = signal
  const { en, zh: name } = wordsOf(label)
  const zh = /[\w)]$/.test(name) ? `${name} ` : name
  const digits = bandDigits(low, high)
  const now = `${shown(value, digits)}${unitOf(unit)}`
  const ends = [...new Set([shown(low, digits), shown(high, digits)])]
  const band = { en: ends.join(' to '), zh: ends.join(' 至 ') }
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
  return other === undefined ? { en: one, zh: one } : /\p{Script=Han}/u.test(one) ? { zh: one, en: other } : { zh: other, en: one }
}

function shown(value: number | null, digits: number): string {
  return value === null ? '–' : String(Number(value.toFixed(digits)))
}

function unitOf(unit: string | null): string {
  const text = unitText(unit ?? undefined)
  return text === '' ? '' : ` ${text}`
}
