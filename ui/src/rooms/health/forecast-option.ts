import type { EChartsCoreOption } from 'echarts/core'
import type { WireForecast } from '@millwright/model/wire/forecast.ts'
import type { Format } from '../../i18n/format.ts'
import { FONT, type Palette } from '../../theme/tokens.ts'

/** Words of the picture. */
export interface ForecastTexts {
  readonly past: string
  readonly expected: string
  readonly interval: string
  readonly limit: string
  readonly unit: string
}

/** A forecast as a picture: the past, what is expected, the interval that holds the truth as often as promised, and the limits that it comes near. */
export function forecastOption({ past, times, expected, low, high, limits, made }: WireForecast, palette: Palette, format: Format, texts: ForecastTexts): EChartsCoreOption {
  const axis = { axisLine: { lineStyle: { color: palette.edge } }, axisLabel: { color: palette.textSoft, fontFamily: FONT }, splitLine: { lineStyle: { color: palette.line } } }
  const lastMs = past.times.at(-1)
  const last = past.values.at(-1)
  // The forecast begins where the past ends, so that the eye follows one line.
  const start = lastMs === undefined || last === undefined || last === null ? [] : [[lastMs, last]]
  const pairs = (values: readonly number[]) => values.map((value, index) => [times[index], value])
  const seen = [...past.values.filter((value) => value !== null), ...low, ...high]
  const [bottom, top] = [Math.min(...seen), Math.max(...seen)]
  const near = limits.filter(({ limit }) => limit >= bottom - (top - bottom) && limit <= top + (top - bottom))
  const width = high.map((value, index) => value - (low[index] ?? value))
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 16, top: 28, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      backgroundColor: palette.raised,
      borderColor: palette.edge,
      textStyle: { color: palette.text, fontFamily: FONT },
      formatter: (points: unknown) => tooltip(points, { times, low, high, format, texts }),
    },
    xAxis: { type: 'time', ...axis, splitLine: { show: false }, axisLabel: { ...axis.axisLabel, hideOverlap: true, formatter: (timeMs: number) => shortTime(timeMs, format, (times.at(-1) ?? made) - (past.times[0] ?? made)) } },
    yAxis: { type: 'value', name: texts.unit, nameTextStyle: { color: palette.textSoft, align: 'left' }, scale: true, ...axis },
    series: [
      { id: 'low', type: 'line', stack: 'interval', stackStrategy: 'all', data: pairs(low), symbol: 'none', lineStyle: { opacity: 0 }, silent: true },
      { id: 'width', type: 'line', stack: 'interval', stackStrategy: 'all', data: pairs(width), symbol: 'none', lineStyle: { opacity: 0 }, areaStyle: { color: palette.chart[0], opacity: 0.18 }, silent: true },
      { id: 'past', type: 'line', data: past.times.map((timeMs, index) => [timeMs, past.values[index] ?? null]), symbol: 'none', lineStyle: { color: palette.text, width: 1.5 }, connectNulls: false },
      {
        id: 'expected', type: 'line', data: [...start, ...pairs(expected)], symbol: 'none', lineStyle: { color: palette.chart[0], width: 2, type: 'dashed' },
        markLine: {
          silent: true, symbol: 'none', animation: false,
          label: { position: 'insideStartTop', color: palette.textSoft, formatter: `${texts.limit} {c}` },
          lineStyle: { color: palette.edge, type: 'solid' },
          data: near.map(({ limit }) => ({ yAxis: limit })),
        },
      },
    ],
  }
}

interface TooltipContext {
  readonly times: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly format: Format
  readonly texts: ForecastTexts
}

/** Text of the moment under the pointer; only numbers and our own words, so nothing needs escaping. */
function tooltip(points: unknown, { times, low, high, format, texts }: TooltipContext): string {
  if (!Array.isArray(points)) return ''
  const at = points as readonly { readonly seriesId?: string; readonly value?: readonly [number, number | null] }[]
  const timeMs = at[0]?.value?.[0]
  if (timeMs === undefined) return ''
  const valueOf = (id: string) => at.find(({ seriesId }) => seriesId === id)?.value?.[1] ?? undefined
  const index = times.indexOf(timeMs)
  const [past, expected] = [valueOf('past'), index < 0 ? undefined : valueOf('expected')]
  const shown = (value: number) => `${format.value(Number(value.toPrecision(4)))} ${texts.unit}`
  const lines = [format.dateTime(timeMs)]
  if (past !== undefined) lines.push(`${texts.past}: ${shown(past)}`)
  if (expected !== undefined) lines.push(`${texts.expected}: ${shown(expected)}`, `${texts.interval}: ${shown(low[index] ?? Number.NaN)} – ${shown(high[index] ?? Number.NaN)}`)
  return lines.join('<br>')
}

const DAY_MS = 86_400_000

/** Clock time within two days, the date beyond. */
function shortTime(timeMs: number, format: Format, spanMs: number): string {
  const full = format.dateTime(timeMs)
  return spanMs <= 2 * DAY_MS ? full.slice(11, 16) : full.slice(5, spanMs <= 8 * DAY_MS ? 16 : 10)
}
