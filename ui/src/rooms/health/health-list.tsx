import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { healthsQuery } from '../../api/health-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { Icon } from '../../parts/icon.tsx'
import { useComposedText } from '../../parts/use-composed-text.ts'
import { Empty, Failure, Loading } from '../../parts/view-state.tsx'
import { HealthIndex, RemainingLife } from './health-index.tsx'

/** How machines are, the worst first. */
export function HealthList() {
  const { t } = useTranslation()
  const format = useFormat()
  const { words, input } = useComposedText()
  const query = useInfiniteQuery(healthsQuery(words))
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  const total = query.data?.pages.at(-1)?.total ?? items.length
  if (query.data !== undefined && items.length === 0 && words === '') {
    return (
      <Empty title={t('health.none')}>
        <p>{t('health.noneText')}</p>
      </Empty>
    )
  }
  return (
    <section className="mw-panel" aria-label={t('health.machines')}>
      <div className="mw-health-bar">
        <h2>
          {t('health.machines')} {query.data !== undefined && <span className="mw-faint mw-number">{format.count(total)}</span>}
        </h2>
        <label className="mw-field">
          <Icon name="search" size={16} />
          <input {...input} type="search" placeholder={t('attention.watched.filter')} aria-label={t('attention.watched.filter')} />
        </label>
      </div>
      {query.data === undefined ? (
        query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} compact />
        ) : (
          <Loading />
        )
      ) : items.length === 0 ? (
        <p className="mw-faint">{t('attention.watched.noneUnder')}</p>
      ) : (
        <ul className="mw-healths">
          {items.map((health) => (
            <li key={health.asset}>
              <span className="mw-health-name">
                <Link to={links.healthOf(health.asset)}>{lastName(health.asset)}</Link> <span className="mw-faint">{parentPath(health.asset)}</span>
              </span>
              <HealthIndex health={health} />
              <RemainingLife life={health.life} />
              <span className="mw-faint">{t(`health.source.${health.source}`)}</span>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <div className="mw-row">
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('attention.more')}
          </Button>
          <span className="mw-faint">{t('attention.shown', { shown: format.count(items.length), total: format.count(total) })}</span>
        </div>
      )}
    </section>
  )
}
