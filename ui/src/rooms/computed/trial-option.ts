import type { EChartsCoreOption } from 'echarts/core'
import type { WireSoftSensorTrials } from '@millwright/model/wire/soft-sensor.ts'
import type { Format } from '../../i18n/format.ts'
import { FONT, type Palette } from '../../theme/tokens.ts'

interface TrialTexts {
  readonly measured: string
  readonly told: string
  readonly unit: string
}

/** Told against measured: on the line where both are equal nothing is wrong, and nine of ten lie between the dashed ones. */
export function trialOption({ times, measured, told }: WireSoftSensorTrials, band: number, palette: Palette, format: Format, texts: TrialTexts): EChartsCoreOption {
  const seen = [...measured, ...told]
  const [low, high] = [Math.min(...seen), Math.max(...seen)]
  const margin = 0.04 * (high - low || 1)
  const ends = [low - margin, high + margin]
  const shown = (value: number) => `${format.value(Number(value.toPrecision(4)))} ${texts.unit}`
  const axis = { axisLine: { lineStyle: { color: palette.edge } }, axisLabel: { color: palette.textSoft, fontFamily: FONT, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: (value: number) => format.value(Number(value.toPrecision(4))) }, splitLine: { lineStyle: { color: palette.line } }, min: ends[0], max: ends[1], nameTextStyle: { color: palette.textSoft } }
  const line = (id: string, shift: number, type: 'solid' | 'dashed') => ({ id, type: 'line', data: ends.map((end) => [end, end + shift]), symbol: 'none', silent: true, clip: true, lineStyle: { color: palette.edge, width: 1, type } })
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 20, top: 28, bottom: 26, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'item',
      backgroundColor: palette.raised,
      borderColor: palette.edge,
      textStyle: { color: palette.text, fontFamily: FONT },
      formatter: (point: unknown) => {
        const index = typeof point === 'object' && point !== null && 'dataIndex' in point ? Number(point.dataIndex) : -1
        const [time, value, said] = [times[index], measured[index], told[index]]
        return time === undefined || value === undefined || said === undefined ? '' : `${format.dateTime(time)}<br>${texts.measured}: ${shown(value)}<br>${texts.told}: ${shown(said)}`
      },
    },
    xAxis: { type: 'value', name: `${texts.measured} ${texts.unit}`, nameLocation: 'middle', nameGap: 26, ...axis },
    yAxis: { type: 'value', name: `${texts.told} ${texts.unit}`, ...axis, nameTextStyle: { color: palette.textSoft, align: 'left' } },
    series: [
      line('equal', 0, 'solid'),
      line('above', band, 'dashed'),
      line('below', -band, 'dashed'),
      { id: 'trials', type: 'line', data: measured.map((value, index) => [value, told[index]]), symbol: 'circle', symbolSize: 5, showSymbol: true, showAllSymbol: true, lineStyle: { opacity: 0 }, itemStyle: { color: palette.chart[0], opacity: 0.7 } },
    ],
  }
}
