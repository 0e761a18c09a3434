import type { TFunction } from 'i18next'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import type { Format } from '../../i18n/format.ts'
import { unitText } from '../../i18n/unit.ts'
import type { Palette } from '../../theme/tokens.ts'
import type { ChartSignal, ChartTexts } from '../paint/chart-model.ts'
import type { TrendView } from '../view/trend-view.ts'

/** The signals of a view that the model knows, dressed for the chart. Each keeps its number and colour whatever becomes of the others' answers. */
export function chartSignals(view: TrendView, models: readonly (WireSignal | undefined)[], palette: Palette): ChartSignal[] {
  return view.signals.flatMap((path, index): ChartSignal[] => {
    const model = models[index]
    if (model === undefined) return []
    const { kind, unit, low, high } = model
    return [
      {
        path,
        number: index + 1,
        label: labelOf(path, view.signals),
        kind,
        unit,
        low,
        high,
        colour: palette.chart[index % palette.chart.length] ?? palette.text,
        isStepped: view.stepped.includes(path),
        isHidden: view.hidden.includes(path),
      },
    ]
  })
}

/** The name of a signal; with its machine where another one is called the same. */
export function labelOf(path: string, all: readonly string[]): string {
  const name = lastName(path)
  const parent = parentPath(path)
  const isAlone = all.every((other) => other === path || lastName(other) !== name)
  return isAlone || parent === undefined ? name : `${lastName(parent)} ${name}`
}

export function chartTexts(format: Format, t: TFunction): ChartTexts {
  return {
    zone: format.zone,
    locale: format.language === 'zh' ? 'zh-CN' : 'en-GB',
    on: t('trend.state.on'),
    off: t('trend.state.off'),
    noValue: t('trend.state.noValue'),
    crowded: t('trend.state.crowded'),
    unit: unitText,
    value: format.value,
  }
}
