import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { parentPath } from '@millwright/model/path.ts'
import { assetsQuery } from '../../api/queries.ts'
import { useDescription } from '../../i18n/use-description.ts'
import { links } from '../../links.ts'
import { Failure, Loading } from '../../parts/view-state.tsx'

const PAGE = 100

/** Assets that match, each with its place. */
export function PlantSearch({ words }: { readonly words: string }) {
  const { t } = useTranslation()
  const described = useDescription()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(assetsQuery({ search: words, limit: PAGE }))
  if (data === undefined) return error === null ? <Loading /> : <Failure error={error} onRetry={() => void refetch()} compact />
  const found = data.pages.flatMap(({ items }) => items)
  return (
    <div className="mw-tree mw-plant-found">
      <p className="mw-faint" role="status">
        {found.length === 0 ? t('shell.searchNone', { words }) : hasNextPage ? t('plant.resultsMore', { count: found.length }) : t('plant.results', { count: found.length })}
      </p>
      {found.map(({ path, name, description }) => (
        <Link key={path} to={links.plant(path)}>
          <span>{name}</span>
          <span className="mw-faint">
            {parentPath(path) ?? ''}
            {description !== undefined && ` · ${described(description)}`}
          </span>
        </Link>
      ))}
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('plant.loadMore')}
        </Button>
      )}
    </div>
  )
}
