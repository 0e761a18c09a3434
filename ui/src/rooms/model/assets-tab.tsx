import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { ASSET_LEVELS, type AssetLevel } from '@millwright/model/asset.ts'
import type { WireModelEdit } from '@millwright/model/wire/model-edit.ts'
import { askJson, encodePath } from '../../api/client.ts'
import { assetsQuery } from '../../api/queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useComposedText } from '../../parts/use-composed-text.ts'
import { Failure, Loading } from '../../parts/view-state.tsx'
import { AddButton } from './add-button.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { EditTable } from './edit-table.tsx'
import type { FieldValue } from './field.ts'
import { FilterBar } from './filter-bar.tsx'
import { useFields } from './use-fields.ts'

const PAGE = 100

function levelField(value: string | undefined): { level?: AssetLevel } {
  const level = ASSET_LEVELS.find((one) => one === value)
  return level === undefined ? {} : { level }
}

/** The assets of the plant, edited in place and in bulk. */
export function AssetsTab() {
  const { t } = useTranslation()
  const fields = useFields()
  const format = useFormat()
  const queries = useQueryClient()
  const [address] = useSearchParams()
  const search = useComposedText()
  const under = useComposedText(address.get('under') ?? '')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(assetsQuery({ search: search.words, under: under.words === '' ? undefined : under.words, limit: PAGE }))
  const save = async (path: string, field: string, value: FieldValue) => {
    await askJson(`/api/v1/assets/${encodePath(path)}`, { method: 'PATCH', body: { [field]: value } })
    await queries.invalidateQueries({ queryKey: ['assets'] })
  }
  const items = data?.pages.flatMap((page) => page.items) ?? []
  const total = data?.pages[0]?.total ?? undefined
  const rows = items.map(({ path, level, type, description }) => ({ path, fields: { level, type, description } }))
  return (
    <>
      <FilterBar search={search} under={under}>
        <AddButton title={t('model.addAsset')} choice={fields.level} start={under.words} create={(path, value): WireModelEdit => ({ op: 'createAsset', path, fields: levelField(value) })} />
        <span className="mw-faint" role="status">
          {total === undefined ? t('model.shown', { shown: items.length }) : t('model.total', { shown: format.count(items.length), total: format.count(total) })}
        </span>
      </FilterBar>
      <BulkBar chosen={chosen} fields={fields.assets} onDone={() => setChosen(new Set())} change={(path, values): WireModelEdit => ({ op: 'updateAsset', path, fields: values })} remove={(path): WireModelEdit => ({ op: 'deleteAsset', path, withContents: true })} removeText={t('model.removeAssets')} />
      {data === undefined ? error === null ? <Loading /> : <Failure error={error} onRetry={() => void refetch()} /> : items.length === 0 ? <p className="mw-faint mw-model-none">{t('model.noneAssets')}</p> : (
        <EditTable label={t('model.assets')} fields={fields.assets} rows={rows} chosen={chosen} onChoose={setChosen} onSave={save} onMore={hasNextPage ? () => void fetchNextPage() : undefined} isLoadingMore={isFetchingNextPage} />
      )}
    </>
  )
}
