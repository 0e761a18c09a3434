import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireModel, WireVerdictEffect } from '@millwright/model/wire/ai-model.ts'
import { VERDICTS } from '@millwright/model/wire/anomaly.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'

/** What verdicts changed, in one line. */
export function useEffectText(): (effect: WireVerdictEffect | null) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return (effect) => {
    if (effect === null) return '–'
    const { falseGone, falseLeft, realKept, realLost } = effect
    return t('models.effects.short', { gone: format.count(falseGone), denied: format.count(falseGone + falseLeft), kept: format.count(realKept), real: format.count(realKept + realLost) })
  }
}

/** Each anomaly that people judged, and whether this model would tell it: what their verdicts changed. */
export function Effects({ model: { effects, verdictEffect } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className="mw-panel" aria-label={t('models.effects.title')}>
      <h2>{t('models.effects.title')}</h2>
      {effects.length === 0 || verdictEffect === null ? (
        <p className="mw-faint">{t('models.effects.none')}</p>
      ) : (
        <>
          <p>
            {t('models.effects.false', { gone: format.count(verdictEffect.falseGone), denied: format.count(verdictEffect.falseGone + verdictEffect.falseLeft) })}{' '}
            {t('models.effects.real', { kept: format.count(verdictEffect.realKept), real: format.count(verdictEffect.realKept + verdictEffect.realLost) })}
          </p>
          {verdictEffect.realLost > 0 && <p className="mw-state-outside">{t('models.effects.look')}</p>}
          <table className="mw-table">
            <thead>
              <tr>
                <th>{t('models.effects.anomaly')}</th>
                <th>{t('models.effects.said')}</th>
                <th>{t('models.effects.now')}</th>
              </tr>
            </thead>
            <tbody>
              {effects.map(({ anomaly, verdict, toldAgain }) => {
                const known = VERDICTS.find((one) => one === verdict)
                const isLost = !toldAgain && (known === 'real' || known === 'known')
                return (
                  <tr key={anomaly}>
                    <td>
                      <Link to={links.anomaly(anomaly)}>{anomaly}</Link>
                    </td>
                    <td>{known === undefined ? verdict : t(`attention.verdict.${known}`)}</td>
                    <td className={isLost ? 'mw-state-outside' : undefined}>{t(toldAgain ? 'models.effects.told' : isLost ? 'models.effects.lost' : 'models.effects.gone')}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </>
      )}
    </section>
  )
}
