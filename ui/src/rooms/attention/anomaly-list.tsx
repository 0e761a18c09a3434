import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireAnomaly, WireVerdictAnswer } from '@millwright/model/wire/anomaly.ts'
import { anomaliesQuery, intelligenceQuery, type AnomalyShow } from '../../api/anomaly-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor, useAuthor } from '../../parts/author.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Failure, Loading } from '../../parts/view-state.tsx'
import { AnomalyState, Rarity } from './anomaly-state.tsx'
import { isBehind } from './judging-lag.ts'
import { useJudge } from './use-judge.ts'
import { Changes, VerdictButtons } from './verdict-buttons.tsx'

/** Anomalies as cards: the machine, the sentence that explains it, and the verdicts at one touch. What was just judged leaves the list and says what it changed. */
export function AnomalyList({ show }: { readonly show: AnomalyShow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const query = useInfiniteQuery(anomaliesQuery(show))
  const [justSaid, setJustSaid] = useState<WireVerdictAnswer>()
  if (query.data === undefined) return query.isError ? <Failure error={query.error} onRetry={() => void query.refetch()} /> : <Loading />
  const items = query.data.pages.flatMap((page) => page.items)
  const total = query.data.pages.at(-1)?.total ?? items.length
  return (
    <>
      {justSaid !== undefined && <JustSaid answer={justSaid} onClose={() => setJustSaid(undefined)} />}
      {items.length === 0 ? (
        <NothingHere show={show} />
      ) : (
        <ol className="mw-anomalies">
          {items.map((anomaly, index) => (
            <AnomalyCard key={anomaly.id} anomaly={anomaly} rank={show === 'attention' ? index + 1 : undefined} onSaid={setJustSaid} />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <div className="mw-row">
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('attention.more')}
          </Button>
          <span className="mw-faint">{t('attention.shown', { shown: format.count(items.length), total: format.count(total) })}</span>
        </div>
      )}
    </>
  )
}

function NothingHere({ show }: { readonly show: AnomalyShow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(intelligenceQuery)
  if (show === 'quieted') return <p className="mw-faint">{t('attention.noneQuieted')}</p>
  return (
    <Empty title={t(data !== undefined && isBehind(data) ? 'attention.noneYet' : show === 'attention' ? 'attention.none' : 'attention.noneAll')}>
      {data !== undefined && <p>{data.total === 0 ? t('attention.noneWatched') : t('attention.noneText', { shown: format.count(data.total) })}</p>}
    </Empty>
  )
}

/** What the newest verdict changed; it stays in sight wherever the list stands, until it was read. */
function JustSaid({ answer: { anomaly, changes }, onClose }: { readonly answer: WireVerdictAnswer; readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="mw-notice mw-just-said">
      <span>
        <b>{lastName(anomaly.asset)}</b> {anomaly.verdict !== null && t('attention.verdict.said', { verdict: t(`attention.verdict.${anomaly.verdict}`) })} · <Link to={links.anomaly(anomaly.id)}>{t('attention.verdict.addCause')}</Link>
      </span>
      <Changes changes={changes} />
      <button type="button" className="mw-icon-button" aria-label={t('attention.verdict.close')} onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  )
}

interface AnomalyCardProps {
  readonly anomaly: WireAnomaly
  readonly rank: number | undefined
  readonly onSaid: (answer: WireVerdictAnswer) => void
}

function AnomalyCard({ anomaly, rank, onSaid }: AnomalyCardProps) {
  const { t } = useTranslation()
  const { language } = useFormat()
  const { name } = useAuthor()
  const judging = useJudge()
  const { id, asset, summary, pValue, verdicts, together = [] } = anomaly
  return (
    <li className="mw-panel mw-anomaly">
      <span className="mw-anomaly-rank mw-number" aria-label={rank === undefined ? undefined : t('attention.rank', { rank })}>
        {rank}
      </span>
      <div className="mw-anomaly-text">
        <div className="mw-anomaly-head">
          <Link className="mw-anomaly-name" to={links.anomaly(id)}>
            {lastName(asset)}
          </Link>
          <span className="mw-faint">{parentPath(asset)}</span>
        </div>
        <AnomalyState anomaly={anomaly} />
        <p>{summary[language]}</p>
        <Rarity pValue={pValue} />
        {together.length > 0 && <Together of={anomaly} together={together} />}
      </div>
      <div className="mw-anomaly-say">
        <VerdictButtons
          chosen={verdicts.find(({ author }) => author === name.trim())?.verdict}
          isBusy={judging.isPending}
          onSay={(verdict) => {
            const author = requireAuthor()
            // mutateAsync: the list has to hear of it although the card may be gone by then.
            if (author !== undefined) void judging.mutateAsync({ id, author, verdict }).then(onSaid, () => undefined)
          }}
        />
        <Link className="mw-button" to={links.anomaly(id)}>
          {t('attention.open')}
        </Link>
      </div>
      {judging.error !== null && <Failure error={judging.error} compact />}
    </li>
  )
}

interface TogetherProps {
  readonly of: WireAnomaly
  readonly together: NonNullable<WireAnomaly['together']>
}

/** The others of the same event: neighbours of the line by their names, this machine's own by their times. */
function Together({ of, together }: TogetherProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const others = together.filter(({ asset }) => asset !== of.asset)
  const again = together.filter(({ asset }) => asset === of.asset)
  return (
    <>
      {others.length > 0 && (
        <span className="mw-anomaly-together">
          <span className="mw-soft">{t('attention.together')}</span>
          {others.map(({ id, asset }) => (
            <Link key={id} to={links.anomaly(id)}>
              {lastName(asset)}
            </Link>
          ))}
        </span>
      )}
      {again.length > 0 && (
        <span className="mw-anomaly-together">
          <span className="mw-soft">{t('attention.again')}</span>
          {again.map(({ id, detected }) => (
            <Link key={id} className="mw-number" to={links.anomaly(id)}>
              {format.time(detected)}
            </Link>
          ))}
        </span>
      )}
    </>
  )
}
