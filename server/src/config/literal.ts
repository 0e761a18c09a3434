/** What the end of a setting's name says about its unit, as the factor from the base unit (seconds or bytes). */
const NAME_UNITS: readonly { readonly end: RegExp; readonly table: 'time' | 'size'; readonly unit: number }[] = [
  { end: /Us$/, table: 'time', unit: 1e-6 },
  { end: /Ms$/, table: 'time', unit: 1e-3 },
  { end: /Seconds$/, table: 'time', unit: 1 },
  { end: /Minutes$/, table: 'time', unit: 60 },
  { end: /Hours$/, table: 'time', unit: 3600 },
  { end: /Days$/, table: 'time', unit: 86_400 },
  { end: /(^b|B)ytes$/, table: 'size', unit: 1 },
  { end: /MiB$/, table: 'size', unit: 2 ** 20 },
]

const TABLES = {
  time: { us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86_400, w: 604_800 },
  size: { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
} as const satisfies Record<string, Readonly<Record<string, number>>>

const WITH_UNIT = /^(\d+(?:\.\d+)?) ?([a-zA-Z]+)$/
const PLAIN = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

/**
 * Reads a number, or a time or size with its unit (`30s`, `64MiB`) for a setting whose name ends in its unit (`timeoutMs`,
 * `queueBytes`). Returns `undefined` when the text is neither.
 */
export function readNumber(text: string, name: string): number | undefined {
  const trimmed = text.trim()
  if (PLAIN.test(trimmed)) return Number(trimmed)
  const match = WITH_UNIT.exec(trimmed)
  const wanted = NAME_UNITS.find(({ end }) => end.test(name))
  if (match === null || wanted === undefined) return undefined
  const factors: Readonly<Record<string, number>> = TABLES[wanted.table]
  const factor = Object.hasOwn(factors, match[2] ?? '') ? factors[match[2] ?? ''] : undefined
  if (factor === undefined) return undefined
  // Rounded to a picounit, so that 0.1s is 100 ms and not 100.00000000000001.
  return Number(((Number(match[1]) * factor) / wanted.unit).toPrecision(15))
}

/** Reads `true`/`false` and the words that variables are set to elsewhere. Returns `undefined` for anything else. */
export function readBoolean(text: string): boolean | undefined {
  switch (text.trim().toLowerCase()) {
    case 'true':
    case 'yes':
    case 'on':
    case '1':
      return true
    case 'false':
    case 'no':
    case 'off':
    case '0':
      return false
    default:
      return undefined
  }
}
