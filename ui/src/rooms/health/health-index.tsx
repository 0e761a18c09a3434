import { useTranslation } from 'react-i18next'
import type { WireAssetHealth } from '@millwright/model/wire/health.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { StateMark } from '../../parts/state-mark.tsx'

/** At or below this somebody should look at it: where an anomaly is told, or in the last fifth of a learned life. */
const LOW_INDEX = { anomaly: 50, life_model: 20, none: 0 } as const
const HOUR_MS = 3_600_000

/** A health index as a number and a bar; with a sign where it is low, and a dash where it is not known. */
export function HealthIndex({ health: { index, source }, large = false }: { readonly health: Pick<WireAssetHealth, 'index' | 'source'>; readonly large?: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (index === null) return <span className="mw-faint">{t('health.unknown')}</span>
  const isLow = index <= LOW_INDEX[source]
  return (
    <span className={large ? 'mw-index mw-index-large' : 'mw-index'}>
      <b className={isLow ? 'mw-number mw-state-outside' : 'mw-number'}>
        {isLow && <StateMark state="outside" quiet size={large ? 20 : 16} />} {format.count(Math.round(index))}
      </b>
      <i aria-hidden="true">
        <i style={{ width: `${Math.max(0, Math.min(100, index))}%` }} className={isLow ? 'mw-index-low' : undefined} />
      </i>
    </span>
  )
}

/** A remaining life in words, with the interval that holds the truth in 80 % of the cases. */
export function RemainingLife({ life }: { readonly life: WireAssetHealth['life'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (life === null) return <span className="mw-faint">{t('health.noLife')}</span>
  const span = (hours: number) => format.span(hours * HOUR_MS)
  if (life.isBeyond) return <span>{t('health.lifeBeyond', { low: span(life.lowHours) })}</span>
  return (
    <span>
      <b>{span(life.medianHours)}</b> <span className="mw-faint">{t('health.lifeBetween', { low: span(life.lowHours), high: span(life.highHours) })}</span>
    </span>
  )
}
