import { MAX_SPAN_MS, MIN_SPAN_MS, clampWindow } from '../time/time-window.ts'
import { DEFAULT_VIEW, EXPECTED, LAYOUTS, MAX_SIGNALS, type AxisChoice, type Compare, type PanelLayout, type TrendView } from './trend-view.ts'

/** Units of spans in addresses, largest first. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** `8h`, `90m`, `1500ms`: the largest unit that divides it. */
export function writeSpan(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms % each === 0) ?? (['ms', 1] as const)
  return `${ms / size}${unit}`
}

/** Reads a span; undefined when it is none. */
export function readSpan(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)(ms|d|h|m|s)$/.exec(text)
  const size = UNITS.find(([unit]) => unit === match?.[2])?.[1]
  const ms = Number(match?.[1]) * (size ?? Number.NaN)
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}

const writeTime = (timeMs: number) => new Date(Math.round(timeMs)).toISOString()

function readTime(text: string | null): number | undefined {
  const timeMs = text === null ? Number.NaN : /^\d{1,14}$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isFinite(timeMs) && timeMs >= 0 ? timeMs : undefined
}

/** The view as parameters of an address; what is as always is left out. Places in lists of signals stand for paths. */
export function writeView(view: TrendView): URLSearchParams {
  const { signals, range, layout, compare, expected, cursors } = view
  const parameters = new URLSearchParams(signals.map((path) => ['signals', path]))
  const places = (paths: readonly string[]) => paths.map((path) => signals.indexOf(path)).join('.')
  if ('followMs' in range) parameters.set('last', writeSpan(range.followMs))
  else {
    parameters.set('from', writeTime(range.fromMs))
    parameters.set('to', writeTime(range.toMs))
  }
  if (view.hidden.length > 0) parameters.set('hide', places(view.hidden))
  if (view.stepped.length > 0) parameters.set('step', places(view.stepped))
  if (layout !== DEFAULT_VIEW.layout) parameters.set('panels', layout)
  if (compare !== undefined) parameters.set('compare', 'days' in compare ? `${compare.days}days` : writeSpan(compare.ms))
  if (expected !== undefined) parameters.set('expected', expected)
  if (cursors.a !== undefined) parameters.set('a', writeTime(cursors.a))
  if (cursors.b !== undefined) parameters.set('b', writeTime(cursors.b))
  for (const [key, { fixed, log }] of Object.entries(view.axes)) {
    parameters.append('axis', [encodeURIComponent(key), fixed === undefined ? '' : fixed.join(','), log === true ? 'log' : ''].join('|'))
  }
  return parameters
}

/** The view that an address means. Whatever is wrong in it is left out: a mistyped address still shows what it can. */
export function readView(parameters: URLSearchParams): TrendView {
  const signals = [...new Set(parameters.getAll('signals').filter((path) => path !== ''))].slice(0, MAX_SIGNALS)
  const places = (name: string) => [...new Set((parameters.get(name) ?? '').split('.').flatMap((text) => (/^\d+$/.test(text) ? (signals[Number(text)] ?? []) : [])))]
  const layout = LAYOUTS.find((each): each is PanelLayout => each === parameters.get('panels')) ?? DEFAULT_VIEW.layout
  const a = readTime(parameters.get('a'))
  const b = readTime(parameters.get('b'))
  return {
    signals,
    hidden: places('hide'),
    stepped: places('step'),
    range: readRange(parameters),
    layout,
    axes: Object.fromEntries(parameters.getAll('axis').flatMap(readAxis)),
    compare: readCompare(parameters.get('compare')),
    expected: EXPECTED.find((each) => each === parameters.get('expected')),
    cursors: { ...(a !== undefined && { a }), ...(b !== undefined && { b }) },
  }
}

function readRange(parameters: URLSearchParams): TrendView['range'] {
  const fromMs = readTime(parameters.get('from'))
  const toMs = readTime(parameters.get('to'))
  if (fromMs !== undefined && toMs !== undefined && fromMs < toMs) return clampWindow({ fromMs, toMs })
  const followMs = readSpan(parameters.get('last') ?? '')
  return followMs === undefined ? DEFAULT_VIEW.range : { followMs: Math.min(Math.max(followMs, MIN_SPAN_MS), MAX_SPAN_MS) }
}

function readCompare(text: string | null): Compare | undefined {
  if (text === null) return undefined
  const days = /^(\d{1,5})days$/.exec(text)?.[1]
  if (days !== undefined) return Number(days) > 0 ? { days: Number(days) } : undefined
  const ms = readSpan(text)
  return ms === undefined ? undefined : { ms }
}

function readAxis(text: string): [string, AxisChoice][] {
  const [key = '', ends = '', log] = text.split('|')
  const [low, high, more] = ends === '' ? [] : ends.split(',').map(Number)
  const fixed = low !== undefined && high !== undefined && more === undefined && low < high && Number.isFinite(high - low) ? ([low, high] as const) : undefined
  if (fixed === undefined && log !== 'log') return []
  try {
    return [[decodeURIComponent(key), { ...(fixed !== undefined && { fixed }), ...(log === 'log' && { log: true }) }]]
  } catch {
    // A broken percent sequence: no axis is called so.
    return []
  }
}
