import { unitText } from '../../i18n/unit.ts'

/** Rates per time by their UCUM unit of time, in seconds. */
const PER: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600, d: 86_400 }
/** Rates whose sum over hours has a name of its own. */
const HOURLY: Readonly<Record<string, string>> = { W: 'Wh', kW: 'kWh', MW: 'MWh', A: 'Ah', mA: 'mAh', var: 'varh', kvar: 'kvarh', VA: 'VAh', kVA: 'kVAh' }

/** The area under a signal in the unit that people use for it: m³/h sum up to m³, kW to kWh, everything else to unit hours. */
export function integralOf(unitSeconds: number, unit: string | undefined): { readonly value: number; readonly unit: string } {
  const rate = /^(.+)\/(s|min|h|d)$/.exec(unit ?? '')
  const [, amount, time = ''] = rate ?? []
  if (amount !== undefined) return { value: unitSeconds / (PER[time] ?? 1), unit: unitText(amount) }
  const hourly = HOURLY[unit ?? '']
  const shown = unitText(unit)
  return { value: unitSeconds / 3_600, unit: hourly ?? (shown === '' ? 'h' : `${shown}·h`) }
}

/** A change per time in a unit of time that makes it easy to read: per second, minute, hour or day by the length it was seen over. */
export function rateOf(change: number, spanMs: number, unit: string | undefined): { readonly value: number; readonly unit: string } | undefined {
  if (spanMs === 0 || !Number.isFinite(change)) return undefined
  const span = Math.abs(spanMs)
  const [name, ms] = span < 120_000 ? (['s', 1_000] as const) : span < 7_200_000 ? (['min', 60_000] as const) : span < 2 * 86_400_000 ? (['h', 3_600_000] as const) : (['d', 86_400_000] as const)
  const shown = unitText(unit)
  return { value: (change * ms) / spanMs, unit: `${shown === '' ? '1' : shown.includes('/') ? `(${shown})` : shown}/${name}` }
}
