import type { Language } from '../theme/preferences.ts'

const LOCALES = { en: 'en-GB', zh: 'zh-CN' } as const
const NOTHING = '–'
const SIGNIFICANT = 5

/** What numbers, times and units are written by. Made once per change of language or zone. */
export interface Format {
  readonly language: Language
  /** IANA name of the zone that times are shown in. */
  readonly zone: string
  /** A measured value: five significant digits, never in powers of ten between 0.001 and ten million. */
  value(value: number | boolean | string | null | undefined): string
  /** A count in full, with separators: `1,234,567`. */
  count(value: number): string
  /** A count in short: `1.2M`, `123万`, `1.2亿`. */
  short(value: number): string
  bytes(value: number): string
  percent(share: number): string
  /** How long ago, in short: `3 s`, `5 min`, `2 h`, `4 d`. */
  age(ms: number): string
  /** A length of time, in the two largest units; a year has 365 days. */
  span(ms: number): string
  /** Clock time; with the date where it is not today's. */
  time(timeMs: number, nowMs?: number): string
  dateTime(timeMs: number): string
  date(timeMs: number): string
}

const ZH = { second: '秒', minute: '分', hour: '小时', day: '天', year: '年' } as const
const EN = { second: 's', minute: 'min', hour: 'h', day: 'd', year: 'y' } as const

const memo = new Map<string, Format>()

/** The format of a language and a zone. */
export function formatOf(language: Language, zone: string): Format {
  const key = `${language} ${zone}`
  const known = memo.get(key)
  if (known !== undefined) return known
  const made = makeFormat(language, zone)
  memo.set(key, made)
  return made
}

function makeFormat(language: Language, zone: string): Format {
  const locale = LOCALES[language]
  const plain = new Intl.NumberFormat(locale, { maximumSignificantDigits: SIGNIFICANT })
  const tiny = new Intl.NumberFormat(locale, { notation: 'scientific', maximumSignificantDigits: SIGNIFICANT })
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const compact = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', { notation: 'compact', maximumSignificantDigits: 3 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const clock = new Intl.DateTimeFormat(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const units = language === 'zh' ? ZH : EN
  const gap = language === 'zh' ? '' : ' '
  const date = (timeMs: number) => day.format(timeMs)
  const dateTime = (timeMs: number) => `${date(timeMs)} ${clock.format(timeMs)}`
  return {
    language,
    zone,
    value: (value) => valueText(value, { plain, tiny, whole }),
    count: (value) => whole.format(value),
    short: (value) => (Math.abs(value) < 10_000 ? whole.format(value) : compact.format(value)),
    bytes: bytesText,
    percent: (value) => share.format(value),
    age: (ms) => {
      const [count, unit] = largest(Math.max(0, ms))
      return `${count}${gap}${units[unit]}`
    },
    span: (ms) => spanText(ms, units, gap),
    time: (timeMs, nowMs = Date.now()) => (date(timeMs) === date(nowMs) ? clock.format(timeMs) : dateTime(timeMs)),
    dateTime,
    date,
  }
}

interface NumberForms {
  readonly plain: Intl.NumberFormat
  readonly tiny: Intl.NumberFormat
  readonly whole: Intl.NumberFormat
}

function valueText(value: number | boolean | string | null | undefined, { plain, tiny, whole }: NumberForms): string {
  if (value === null || value === undefined) return NOTHING
  if (typeof value !== 'number') return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 0.001 || size >= 1e12)) return tiny.format(value)
  return size >= 10 ** SIGNIFICANT ? whole.format(value) : plain.format(value)
}

function bytesText(value: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const step = value < 1 ? 0 : Math.min(names.length - 1, Math.floor(Math.log2(value) / 10))
  const scaled = value / 1024 ** step
  return `${scaled >= 100 || step === 0 ? Math.round(scaled) : scaled.toPrecision(3)} ${names[step] ?? ''}`
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

function largest(ms: number): [number, keyof typeof EN] {
  if (ms < MINUTE) return [Math.floor(ms / SECOND), 'second']
  if (ms < HOUR) return [Math.floor(ms / MINUTE), 'minute']
  if (ms < DAY) return [Math.floor(ms / HOUR), 'hour']
  return [Math.floor(ms / DAY), 'day']
}

function spanText(ms: number, units: Readonly<Record<keyof typeof EN, string>>, gap: string): string {
  const parts: [number, keyof typeof EN][] = [
    [Math.floor(ms / YEAR), 'year'],
    [Math.floor((ms % YEAR) / DAY), 'day'],
    [Math.floor((ms % DAY) / HOUR), 'hour'],
    [Math.floor((ms % HOUR) / MINUTE), 'minute'],
    [Math.floor((ms % MINUTE) / SECOND), 'second'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return `0${gap}${units.second}`
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0)
  return shown.map(([count, unit]) => `${count}${gap}${units[unit]}`).join(gap === '' ? '' : ' ')
}
