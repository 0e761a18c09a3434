import type { EChartsCoreOption } from 'echarts/core'
import { BEARING_PARTS, type BearingPartName } from './bearing-parts.ts'
import type { WireVibrationAnalysis } from '@millwright/model/wire/vibration.ts'
import type { Format } from '../../../i18n/format.ts'
import { FONT, type Palette } from '../../../theme/tokens.ts'

/** What a picture of a recording is drawn with. */
export interface WaveLook {
  readonly palette: Palette
  readonly format: Format
  /** Unit of the values as people read it. */
  readonly unit: string
  /** Frequencies as multiples of the shaft's turns. */
  readonly isOrders: boolean
  readonly texts: { readonly now: string; readonly before: string; readonly parts: Readonly<Record<BearingPartName, string>> }
}

type Points = readonly (readonly [number, number])[]

/** The wave: each stretch of time from its lowest to its highest value. */
export function waveOption(now: WireVibrationAnalysis, before: WireVibrationAnalysis | undefined, look: WaveLook): EChartsCoreOption {
  const points = ({ wave: { stepMs, low, high } }: WireVibrationAnalysis): Points => low.flatMap((value, at) => [[at * stepMs, value] as const, [at * stepMs, high[at] ?? value] as const])
  return option(points(now), before === undefined ? [] : points(before), { ...look, axisName: 'ms', max: now.seconds * 1_000 })
}

/** The spectrum up to `maxHz`. */
export function spectrumOption(now: WireVibrationAnalysis, before: WireVibrationAnalysis | undefined, maxHz: number, look: WaveLook): EChartsCoreOption {
  const points = (one: WireVibrationAnalysis) => linesOf(one.spectrum, one.shaftHz, maxHz, look)
  return option(points(now), before === undefined ? [] : points(before), { ...look, ...frequencyAxis(now, maxHz, look) })
}

/** The envelope's spectrum with the lines of the bearing, as far as they reach. */
export function envelopeOption(now: WireVibrationAnalysis, before: WireVibrationAnalysis | undefined, look: WaveLook): EChartsCoreOption {
  const { lines, envelope, shaftHz } = now
  const reachHz = envelope.values.length * envelope.stepHz
  const maxHz = lines === null ? reachHz : Math.min(reachHz, 3.3 * lines.innerRace)
  const points = (one: WireVibrationAnalysis) => linesOf(one.envelope, one.shaftHz, maxHz, look)
  const scale = look.isOrders && shaftHz !== null && shaftHz > 0 ? shaftHz : 1
  const marks = lines === null ? [] : BEARING_PARTS.map((part) => ({ at: lines[part] / scale, name: look.texts.parts[part] }))
  return option(points(now), before === undefined ? [] : points(before), { ...look, ...frequencyAxis(now, maxHz, look), marks })
}

function frequencyAxis({ shaftHz }: WireVibrationAnalysis, maxHz: number, { isOrders }: WaveLook): { axisName: string; max: number } {
  return isOrders && shaftHz !== null && shaftHz > 0 ? { axisName: '×', max: Math.max(1, Math.floor(maxHz / shaftHz)) } : { axisName: 'Hz', max: maxHz }
}

function linesOf({ stepHz, values }: WireVibrationAnalysis['spectrum'], shaftHz: number | null, maxHz: number, { isOrders }: WaveLook): Points {
  const scale = isOrders && shaftHz !== null && shaftHz > 0 ? shaftHz : 1
  return values.slice(0, Math.ceil(maxHz / stepHz) + 1).map((value, at) => [(at * stepHz) / scale, value] as const)
}

interface Frame extends WaveLook {
  readonly axisName: string
  readonly max: number
  readonly marks?: readonly { readonly at: number; readonly name: string }[]
}

function option(now: Points, before: Points, { palette, format, unit, axisName, max, marks = [], texts }: Frame): EChartsCoreOption {
  const axis = { axisLine: { lineStyle: { color: palette.edge } }, axisLabel: { color: palette.textSoft, fontFamily: FONT, hideOverlap: true }, splitLine: { lineStyle: { color: palette.line } }, nameTextStyle: { color: palette.textSoft } }
  const line = (id: string, data: Points, color: string, opacity: number) => ({ id, type: 'line', data, symbol: 'none', lineStyle: { color, width: 1, opacity }, itemStyle: { color }, animation: false })
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 28, top: 28, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      backgroundColor: palette.raised,
      borderColor: palette.edge,
      textStyle: { color: palette.text, fontFamily: FONT },
      formatter: (points: unknown) => tooltip(points, { format, unit, axisName, texts }),
    },
    xAxis: { type: 'value', min: 0, max: Math.round(max), name: axisName, nameLocation: 'end', ...axis, nameGap: 6, splitLine: { show: false } },
    yAxis: { type: 'value', name: unit, ...axis, nameTextStyle: { color: palette.textSoft, align: 'left' } },
    series: [
      line('before', before, palette.edge, 0.75),
      {
        ...line('now', now, palette.chart[0] ?? palette.text, 1),
        markLine: {
          silent: true, symbol: 'none', animation: false,
          lineStyle: { color: palette.textFaint, type: 'dashed', width: 1 },
          label: { color: palette.textSoft, position: 'insideEndBottom', fontFamily: FONT },
          data: marks.map(({ at, name }) => ({ xAxis: at, label: { formatter: name } })),
        },
      },
    ],
  }
}

/** Text of the place under the pointer; only numbers and our own words, so nothing needs escaping. */
function tooltip(points: unknown, { format, unit, axisName, texts }: Pick<Frame, 'format' | 'unit' | 'axisName' | 'texts'>): string {
  if (!Array.isArray(points)) return ''
  const at = points as readonly { readonly seriesId?: string; readonly value?: readonly [number, number] }[]
  const shown = (value: number) => format.value(Number(value.toPrecision(4)))
  const place = at.find(({ seriesId }) => seriesId === 'now')?.value?.[0] ?? at[0]?.value?.[0]
  if (place === undefined) return ''
  const lines = at.flatMap(({ seriesId, value }) => (value === undefined ? [] : `${seriesId === 'now' ? texts.now : texts.before}: ${shown(value[1])} ${unit}`))
  return [`${shown(place)} ${axisName}`, ...new Set(lines)].join('<br>')
}
