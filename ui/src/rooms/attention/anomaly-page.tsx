import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireAnomaly, WireAnomalyDetail } from '@millwright/model/wire/anomaly.ts'
import { anomalyQuery, lineageQuery } from '../../api/anomaly-queries.ts'
import { healthOfQuery } from '../../api/health-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Icon } from '../../parts/icon.tsx'
import { QueryView } from '../../parts/view-state.tsx'
import { HealthIndex } from '../health/health-index.tsx'
import { AnomalySignals } from './anomaly-signals.tsx'
import { AnomalyState, Rarity } from './anomaly-state.tsx'
import { VerdictPanel } from './verdict-panel.tsx'

/** One anomaly: what is not normal and what was expected, what moved first, what looked like it before, and what people say. */
export function AnomalyPage({ id }: { readonly id: string }) {
  const { t } = useTranslation()
  const query = useQuery(anomalyQuery(id))
  return (
    <>
      <Link className="mw-attention-back" to={links.attention()}>
        <Icon name="back" size={16} /> {t('attention.back')}
      </Link>
      <QueryView query={query}>{(detail) => <Content detail={detail} />}</QueryView>
    </>
  )
}

function Content({ detail: { anomaly, similar } }: { readonly detail: WireAnomalyDetail }) {
  const { language } = useFormat()
  return (
    <article className="mw-anomaly-page">
      <header>
        <AssetCrumbs path={anomaly.asset} to={links.plant} />
        <h2 className="mw-anomaly-title">
          <Link to={links.plant(anomaly.asset)}>{lastName(anomaly.asset)}</Link>
        </h2>
        <AnomalyState anomaly={anomaly} />
        <p className="mw-anomaly-summary">{anomaly.summary[language]}</p>
        <Rarity pValue={anomaly.pValue} />
      </header>
      <VerdictPanel anomaly={anomaly} />
      <AnomalySignals anomaly={anomaly} />
      <div className="mw-anomaly-side">
        <Similar similar={similar} />
        <Facts anomaly={anomaly} />
      </div>
    </article>
  )
}

function Similar({ similar }: { readonly similar: WireAnomalyDetail['similar'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className="mw-panel" aria-label={t('attention.similar.title')}>
      <h2>{t('attention.similar.title')}</h2>
      {similar.length === 0 ? (
        <p className="mw-faint">{t('attention.similar.none')}</p>
      ) : (
        <ol className="mw-said">
          {similar.map(({ id, asset, detected, likeness, verdict, cause, note }) => (
            <li key={id}>
              <span>
                <Link to={links.anomaly(id)}>{lastName(asset)}</Link> <span className="mw-number">{format.time(detected)}</span>
              </span>
              <span>
                <b>{verdict === null ? t('attention.state.unjudged') : t(`attention.verdict.${verdict}`)}</b>
                {cause !== null && ` · ${cause[format.language]}`} <span className="mw-faint">{t('attention.similar.like', { share: format.percent(likeness) })}</span>
              </span>
              {note !== null && <span>{note}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** When, in which state, and by which model on which data it was told. */
function Facts({ anomaly }: { readonly anomaly: WireAnomaly }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: lineage } = useQuery(lineageQuery(anomaly.id))
  const { data: health } = useQuery(healthOfQuery(anomaly.asset))
  const { began, detected, peak, ended, regime, model, codeVersion } = anomaly
  return (
    <section className="mw-panel" aria-label={t('attention.facts.title')}>
      <h2>{t('attention.facts.title')}</h2>
      <dl className="mw-attention-facts">
        <Fact name={t('attention.facts.began')}>{format.dateTime(began)}</Fact>
        <Fact name={t('attention.facts.detected')}>{format.dateTime(detected)}</Fact>
        <Fact name={t('attention.facts.peak')}>{format.dateTime(peak)}</Fact>
        {ended !== null && <Fact name={t('attention.facts.ended')}>{format.dateTime(ended)}</Fact>}
        {regime !== '' && <Fact name={t('attention.facts.regime')}>{regime}</Fact>}
        {health !== undefined && health !== null && (
          <Fact name={t('health.index')}>
            <Link to={links.healthOf(anomaly.asset)} aria-label={t('health.index')}>
              <HealthIndex health={health} />
            </Link>
          </Fact>
        )}
        <Fact name={t('attention.facts.model')}>
          {lineage?.modelVersion === null ? (
            t('attention.facts.selfLearned')
          ) : (
            <>
              <code>{model}</code> {lineage !== undefined && t('attention.facts.version', { version: lineage.modelVersion, approver: lineage.approver ?? '–' })}
            </>
          )}
        </Fact>
        {lineage !== undefined && lineage.dataSetHash !== null && (
          <Fact name={t('attention.facts.data')}>
            <code>{lineage.dataSetHash}</code>
          </Fact>
        )}
        {lineage !== undefined && lineage.labels.length > 0 && <Fact name={t('attention.facts.labels')}>{format.count(lineage.labels.length)}</Fact>}
        <Fact name={t('attention.facts.watched')}>
          <Link to={links.watched(anomaly.asset)}>{t('attention.watched.why')}</Link>
        </Fact>
        <Fact name={t('attention.facts.code')}>
          <code>{codeVersion}</code>
        </Fact>
      </dl>
    </section>
  )
}
