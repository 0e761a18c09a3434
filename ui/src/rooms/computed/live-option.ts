import type { EChartsCoreOption } from 'echarts/core'
import type { WireSamples } from '@millwright/model/wire/samples.ts'
import type { Format } from '../../i18n/format.ts'
import { FONT, type Palette } from '../../theme/tokens.ts'

interface LiveTexts {
  readonly measured: string
  readonly told: string
  readonly unit: string
}

const numeric = ({ times, values }: Pick<WireSamples, 'times' | 'values'>) => times.map((time, index) => [time, typeof values[index] === 'number' ? values[index] : null])

/** What is told as a line, what was measured as dots on it. */
export function liveOption(told: Pick<WireSamples, 'times' | 'values'>, measured: Pick<WireSamples, 'times' | 'values'>, palette: Palette, format: Format, texts: LiveTexts): EChartsCoreOption {
  const axis = { axisLine: { lineStyle: { color: palette.edge } }, axisLabel: { color: palette.textSoft, fontFamily: FONT, hideOverlap: true }, splitLine: { lineStyle: { color: palette.line } } }
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 16, top: 28, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      backgroundColor: palette.raised,
      borderColor: palette.edge,
      textStyle: { color: palette.text, fontFamily: FONT },
      formatter: (points: unknown) => tooltip(points, format, texts),
    },
    xAxis: { type: 'time', ...axis, splitLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: (timeMs: number) => format.dateTime(timeMs).slice(5, 16) } },
    yAxis: { type: 'value', name: texts.unit, nameTextStyle: { color: palette.textSoft, align: 'left' }, scale: true, ...axis },
    series: [
      { id: 'told', type: 'line', data: numeric(told), symbol: 'none', lineStyle: { color: palette.chart[0], width: 1.5 }, connectNulls: false },
      { id: 'measured', type: 'line', data: numeric(measured), symbol: 'circle', symbolSize: 6, showSymbol: true, showAllSymbol: true, lineStyle: { opacity: 0 }, itemStyle: { color: palette.text } },
    ],
  }
}

/** Only numbers and our own words, so nothing needs escaping. */
function tooltip(points: unknown, format: Format, texts: LiveTexts): string {
  if (!Array.isArray(points)) return ''
  const at = points as readonly { readonly seriesId?: string; readonly value?: readonly [number, number | null] }[]
  const timeMs = at[0]?.value?.[0]
  if (timeMs === undefined) return ''
  const lines = at.flatMap(({ seriesId, value }) => (value?.[1] === null || value?.[1] === undefined ? [] : [`${seriesId === 'told' ? texts.told : texts.measured}: ${format.value(Number(value[1].toPrecision(4)))} ${texts.unit}`]))
  return [format.dateTime(timeMs), ...lines].join('<br>')
}
