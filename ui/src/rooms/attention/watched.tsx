import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { intelligenceQuery, watchedQuery } from '../../api/anomaly-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Icon } from '../../parts/icon.tsx'
import { useComposedText } from '../../parts/use-composed-text.ts'
import { Failure, Loading, QueryView } from '../../parts/view-state.tsx'
import { JudgingSwitch } from './judging-switch.tsx'
import { WatchedAsset } from './watched-asset.tsx'

/** The switch that stops all judging, and each machine with what was picked for it and why. */
export function Watched() {
  const query = useQuery(intelligenceQuery)
  return (
    <>
      <QueryView query={query}>{(status) => <JudgingSwitch status={status} />}</QueryView>
      <Machines />
    </>
  )
}

function Machines() {
  const { t } = useTranslation()
  const format = useFormat()
  const { words, input } = useComposedText()
  const query = useInfiniteQuery(watchedQuery(words))
  const assets = query.data?.pages.flatMap((page) => page.assets) ?? []
  const total = query.data?.pages.at(-1)?.total ?? 0
  return (
    <section className="mw-panel" aria-label={t('attention.watched.machines')}>
      <div className="mw-attention-bar">
        <h2>{t('attention.watched.machines')}</h2>
        <label className="mw-field">
          <Icon name="search" size={16} />
          <input {...input} type="search" placeholder={t('attention.watched.filter')} aria-label={t('attention.watched.filter')} />
        </label>
      </div>
      {query.data === undefined ? (
        query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Loading />
        )
      ) : assets.length === 0 ? (
        <p className="mw-faint">{t(words === '' ? 'attention.noneWatched' : 'attention.watched.noneUnder')}</p>
      ) : (
        <ul className="mw-watched">
          {assets.map((asset) => (
            <WatchedAsset key={asset.asset} asset={asset} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <div className="mw-row">
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('attention.more')}
          </Button>
          <span className="mw-faint">{t('attention.shown', { shown: format.count(assets.length), total: format.count(total) })}</span>
        </div>
      )}
    </section>
  )
}
