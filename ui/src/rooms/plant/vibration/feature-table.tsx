import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { VIBRATION_FEATURES, type VibrationFeature, type WireVibrationAnalysis, type WireVibrationPoint } from '@millwright/model/wire/vibration.ts'
import { unitText } from '../../../i18n/unit.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { links } from '../../../links.ts'

/** Signals that the course is shown of. */
const IN_TREND: ReadonlySet<VibrationFeature> = new Set(['velocity_rms', 'kurtosis', 'envelope_outer_race', 'envelope_inner_race', 'envelope_ball', 'envelope_cage'])

/** What was computed of a recording; beside one that it is compared with, how many times as much it is. */
export function FeatureTable({ point, now, before }: { readonly point: WireVibrationPoint; readonly now: WireVibrationAnalysis; readonly before: WireVibrationAnalysis | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const known = VIBRATION_FEATURES.flatMap((feature) => {
    const value = now.features[feature] ?? null
    return value === null ? [] : [{ feature, value, was: before?.features[feature] ?? null }]
  })
  const inTrend = point.features.filter(({ feature }) => IN_TREND.has(feature)).map(({ signal }) => signal)
  const unitOf = (feature: VibrationFeature) => (feature === 'velocity_rms' ? 'mm/s' : feature === 'crest' || feature === 'kurtosis' ? '' : unitText(now.unit ?? undefined))
  const shown = (value: number) => format.value(Number(value.toPrecision(3)))
  return (
    <div className="mw-vibration-features">
      <h3>{t('vibration.features')}</h3>
      <dl>
        {known.map(({ feature, value, was }) => (
          <div key={feature}>
            <dt>{t(`vibration.feature.${feature}`)}</dt>
            <dd>
              <span>
                <b>{shown(value)}</b> {unitOf(feature)}
              </span>
              {was !== null && (
                <span className="mw-faint">
                  {' '}
                  ({shown(was)}{was > 0 && `, ${t('vibration.times', { times: format.value(Number((value / was).toPrecision(2))) })}`})
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {inTrend.length > 0 && <Link to={links.trend(inTrend)}>{t('vibration.course')}</Link>}
    </div>
  )
}
