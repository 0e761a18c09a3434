import { US_PER_MINUTE } from '@millwright/model/time.ts'

/** A time as it is written: what the local clock shows, and the zone if the text says it. */
export interface WrittenTime {
  /** Microseconds since 1970-01-01T00:00:00 on the clock that was read. */
  readonly localUs: number
  /** Minutes that this clock is ahead of UTC; undefined when the text does not say it. */
  readonly offsetMinutes: number | undefined
}

export interface TimeFormat {
  /** As it is shown and may be given with `--time-format`. */
  readonly name: string
  read(text: string): WrittenTime | undefined
}

/** Microseconds of the units in which times since the epoch are written. */
const EPOCH_UNITS = { 'epoch-s': 1e6, 'epoch-ms': 1e3, 'epoch-us': 1, 'epoch-ns': 1e-3 } as const

/** How times may be written, besides any pattern of one's own. The order is that of trying. */
const PATTERNS = [
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-ddTHH:mm:ssXXX',
  'yyyy-MM-dd HH:mm:ssXXX',
  'yyyy-MM-ddTHH:mm:ss',
  'yyyy-MM-dd HH:mm',
  'yyyy-MM-dd',
  'yyyy/MM/dd HH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'yyyy/MM/dd',
  'yyyy年MM月dd日 HH:mm:ss',
  'yyyy年MM月dd日 HH时mm分ss秒',
  'yyyy年MM月dd日',
  'dd.MM.yyyy HH:mm:ss',
  'dd.MM.yyyy HH:mm',
  'dd/MM/yyyy HH:mm:ss',
  'dd/MM/yyyy HH:mm',
  'MM/dd/yyyy HH:mm:ss',
  'MM/dd/yyyy HH:mm',
  'MM/dd/yyyy hh:mm:ss a',
  'yyyyMMddTHHmmssXXX',
  'yyyyMMddHHmmss',
  'yyyyMMdd HH:mm:ss',
]

/** Text of the formats, for messages. */
export const TIME_FORMAT_HELP = `epoch-s, epoch-ms, epoch-us, epoch-ns, or a pattern such as "${PATTERNS[0] ?? ''}" (yyyy MM dd HH hh mm ss a, XXX for a zone; a fraction of the second is always read)`

/** The format of a name; undefined when it is neither an epoch unit nor a pattern with a date. */
export function timeFormat(name: string): TimeFormat | undefined {
  if (Object.hasOwn(EPOCH_UNITS, name)) return epochFormat(name as keyof typeof EPOCH_UNITS)
  return name.includes('yyyy') && name.includes('MM') && name.includes('dd') && name.length <= 60 ? patternFormat(name) : undefined
}

/** What was found: one format, several that cannot be told apart, or none. */
export type TimeDetection = { readonly format: TimeFormat } | { readonly ambiguous: readonly string[] } | undefined

/**
 * Finds the format in which most of the texts can be read (a broken one here and there is met later, row by row). 03/04/2025 is the third of April
 * or the fourth of March: where nothing tells, that is not guessed.
 */
export function detectTimeFormat(texts: readonly string[]): TimeDetection {
  const digits = texts.filter((text) => /^\d{9,19}(\.\d+)?$/.test(text.trim()))
  if (digits.length > texts.length / 2) return epochDetection(digits)
  const fitting = PATTERNS.map((pattern) => patternFormat(pattern)).map((format) => ({ format, fits: texts.filter((text) => format.read(text) !== undefined).length }))
  const most = Math.max(...fitting.map(({ fits }) => fits))
  if (most <= texts.length / 2) return undefined
  const best = fitting.filter(({ fits }) => fits === most).map(({ format }) => format)
  const dayFirst = best.filter(({ name }) => name.startsWith('dd/'))
  const monthFirst = best.filter(({ name }) => name.startsWith('MM/') && !name.endsWith(' a'))
  if (dayFirst.length > 0 && monthFirst.length > 0) return { ambiguous: [...dayFirst, ...monthFirst].map(({ name }) => name) }
  const [first] = best
  return first === undefined ? undefined : { format: first }
}

/** Seconds, milliseconds, microseconds or nanoseconds: the unit in which the times lie between 1973 and 2100. */
function epochDetection(texts: readonly string[]): TimeDetection {
  const first = Number(texts[0])
  for (const unit of ['epoch-s', 'epoch-ms', 'epoch-us', 'epoch-ns'] as const) {
    const us = first * EPOCH_UNITS[unit]
    if (us >= 1e14 && us < 4.102e15) return { format: epochFormat(unit) }
  }
  const compact = patternFormat('yyyyMMddHHmmss')
  return texts.every((text) => compact.read(text) !== undefined) ? { format: compact } : undefined
}

function epochFormat(unit: keyof typeof EPOCH_UNITS): TimeFormat {
  const digits = { 'epoch-s': 6, 'epoch-ms': 3, 'epoch-us': 0, 'epoch-ns': -3 }[unit]
  return {
    name: unit,
    read: (text) => {
      const match = /^(-?\d{1,19})(?:\.(\d+))?$/.exec(text.trim())
      if (match === null) return undefined
      const [, whole = '', fraction = ''] = match
      // Shifted as digits: a float of nanoseconds has lost its microseconds already.
      const us = digits >= 0 ? Number(whole + fraction.padEnd(digits, '0').slice(0, digits)) : Number(whole.slice(0, digits))
      return Number.isSafeInteger(us) ? { localUs: us, offsetMinutes: 0 } : undefined
    },
  }
}

const FIELDS: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  MM: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{1,2})',
  hh: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9}))?',
  a: '(?<half>[aApP])\\.?[mM]\\.?',
  XXX: '\\s?(?<zone>[Zz]|[+-]\\d{2}(?::?\\d{2})?)',
}

function patternFormat(name: string): TimeFormat {
  const isCompact = name.includes('yyyyMMdd')
  const source = name.replaceAll(/yyyy|MM|dd|HH|hh|mm|ss|XXX|(?<= )a|[.*+?^${}()|[\]\\]|\s+/g, (token) => {
    const field = FIELDS[token]
    if (field !== undefined) return isCompact ? field.replace('{1,2}', '{2}') : field
    return /^\s/.test(token) ? '\\s+' : `\\${token}`
  })
  const pattern = new RegExp(`^\\s*${source}\\s*$`)
  return { name, read: (text) => (text.length > 64 ? undefined : written(pattern.exec(text)?.groups)) }
}

function written(groups: Readonly<Record<string, string | undefined>> | undefined): WrittenTime | undefined {
  if (groups === undefined) return undefined
  const number = (name: string, missing: number) => Number(groups[name] ?? missing)
  const [year, month, day] = [number('year', 1970), number('month', 1), number('day', 1)]
  const [minute, second] = [number('minute', 0), number('second', 0)]
  const hour = groups['half'] === undefined ? number('hour', 0) : (number('hour', 12) % 12) + (groups['half'].toLowerCase() === 'p' ? 12 : 0)
  const dateMs = Date.UTC(year, month - 1, day)
  const date = new Date(dateMs)
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isReal || hour > 23 || minute > 59 || second > 60 || (groups['half'] !== undefined && number('hour', 0) > 12)) return undefined
  const fraction = Number((groups['fraction'] ?? '').padEnd(6, '0').slice(0, 6))
  const offsetMinutes = zoneMinutes(groups['zone'])
  return { localUs: dateMs * 1000 + (hour * 60 + minute) * US_PER_MINUTE + second * 1e6 + fraction, offsetMinutes }
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined
  if (zone.toUpperCase() === 'Z') return 0
  const digits = zone.slice(1).replace(':', '')
  return (zone.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || '0'))
}
