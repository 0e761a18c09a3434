import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { intelligenceQuery } from '../../api/anomaly-queries.ts'
import { ApiProblem } from '../../api/problem.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { JudgingHead } from '../../parts/judging-head.tsx'
import { Empty } from '../../parts/view-state.tsx'
import { AnomalyList } from './anomaly-list.tsx'
import { AnomalyPage } from './anomaly-page.tsx'
import { ATTENTION_VIEWS, attentionTabs } from './attention-tabs.ts'
import { isBehind } from './judging-lag.ts'
import { Quieted } from './quieted.tsx'
import { WatchedPage } from './watched-page.tsx'
import { Watched } from './watched.tsx'
import './attention.css'

const ANOMALY = 'anomaly/'
const WATCHED = 'watched/'

/** What machines show that is not normal, why, and what people say of it. */
export function AttentionRoom() {
  const { t } = useTranslation()
  const asked = useParams()['*'] ?? ''
  const { error } = useQuery(intelligenceQuery)
  const id = asked.startsWith(ANOMALY) ? asked.slice(ANOMALY.length) : undefined
  const watched = asked.startsWith(WATCHED) ? asked.slice(WATCHED.length) : undefined
  const view = id === undefined && watched === undefined ? (ATTENTION_VIEWS.find((one) => one === asked) ?? 'attention') : undefined
  return (
    <div className="mw-room mw-attention">
      <JudgingHead area="attention" tabs={attentionTabs(t, view)} />
      {error instanceof ApiProblem && error.problem.status === 404 ? (
        <Empty title={t('attention.notStarted')}>
          <p>{t('attention.notStartedText')}</p>
        </Empty>
      ) : (
        <>
          <Notices />
          {id !== undefined && <AnomalyPage key={id} id={id} />}
          {watched !== undefined && <WatchedPage key={watched} path={watched} />}
          {(view === 'attention' || view === 'all') && <AnomalyList key={view} show={view} />}
          {view === 'quieted' && <Quieted />}
          {view === 'watched' && <Watched />}
        </>
      )}
    </div>
  )
}

/** What keeps anomalies from being told. */
function Notices() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(intelligenceQuery)
  if (data === undefined) return null
  return (
    <>
      {data.isOff && (
        <p className="mw-notice mw-notice-outside" role="alert">
          {t('attention.off')} <Link to={links.attention('watched')}>{t('attention.toSwitch')}</Link>
        </p>
      )}
      {data.trouble !== null && (
        <p className="mw-notice mw-notice-bad" role="alert">
          {t('attention.trouble', { reason: data.trouble })}
        </p>
      )}
      {isBehind(data) && (
        <p className="mw-notice" role="status">
          {t('attention.lag', { bytes: format.bytes(data.lagBytes) })}
        </p>
      )}
    </>
  )
}
