import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import { unitText } from '../../i18n/unit.ts'
import { QUALITY } from '../data/tile.ts'
import type { Reading } from '../data/value-at.ts'
import type { ChartSignal } from '../paint/chart-model.ts'

/** A value as a cursor reads it, with its quality where that is not good. */
export function ReadingText({ reading, signal, withUnit = false }: { readonly reading: Reading | undefined; readonly signal: ChartSignal; readonly withUnit?: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (reading === undefined) return '–'
  const { value, quality } = reading
  const text = value === undefined ? t('trend.state.noValue') : signal.kind === 'boolean' ? t(value === 0 ? 'trend.state.off' : 'trend.state.on') : format.value(value)
  const unit = unitText(signal.unit)
  return (
    <>
      {text}
      {withUnit && unit !== '' && typeof value === 'number' && <span className="mw-faint"> {unit}</span>}
      {quality !== QUALITY.good && <span className={quality === QUALITY.bad ? 'mw-trend-bad' : 'mw-trend-uncertain'}>{t(quality === QUALITY.bad ? 'trend.state.bad' : 'trend.state.uncertain')}</span>}
    </>
  )
}
