import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireAnomaly } from '@millwright/model/wire/anomaly.ts'
import { triedOnQuery } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'

/** What verdicts led to: each model that was tried on this anomaly, and whether it would tell it again. */
export function TriedOn({ anomaly: { id, verdict } }: { readonly anomaly: WireAnomaly }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery({ ...triedOnQuery(id), enabled: verdict !== null })
  if (verdict === null || data === undefined) return null
  const isDenied = verdict === 'not_real'
  return (
    <section aria-label={t('attention.tried.title')}>
      <h3>{t('attention.tried.title')}</h3>
      {data.length === 0 ? (
        <p className="mw-faint">{t('attention.tried.none')}</p>
      ) : (
        <ol className="mw-said">
          {data.map(({ id: model, version, stage, created, effects }) => {
            const toldAgain = effects.find(({ anomaly }) => anomaly === id)?.toldAgain ?? false
            const isLost = !toldAgain && (verdict === 'real' || verdict === 'known')
            return (
              <li key={model}>
                <span>
                  <Link to={links.aiModel(model)}>{t('models.version', { version })}</Link> <span className="mw-soft">{t(`models.stage.${stage}`)}</span> <span className="mw-faint mw-number">{format.time(created)}</span>
                </span>
                <span className={isLost ? 'mw-state-outside' : undefined}>{t(toldAgain ? (isDenied ? 'models.effects.told' : 'attention.tried.kept') : isLost ? 'models.effects.lost' : 'models.effects.gone')}</span>
              </li>
            )
          })}
        </ol>
      )}
    </section>
  )
}
