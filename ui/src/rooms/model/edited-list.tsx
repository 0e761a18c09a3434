import { useQueryClient, type InfiniteData, type UseInfiniteQueryResult } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireModelEdit } from '@millwright/model/wire/model-edit.ts'
import { askJson, encodePath } from '../../api/client.ts'
import type { Listing } from '../../api/queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Failure, Loading } from '../../parts/view-state.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { EditTable, type ModelRow } from './edit-table.tsx'
import type { EditField, FieldValue } from './field.ts'
import { FilterBar } from './filter-bar.tsx'
import type { Narrowing } from './narrowing.ts'

interface EditedListProps<T> {
  /** Its part of the API, and of what is asked again after a change. */
  readonly kind: 'assets' | 'signals'
  readonly narrowing: Narrowing
  readonly pages: UseInfiniteQueryResult<InfiniteData<Listing<T>>>
  readonly row: (item: T) => ModelRow
  readonly fields: readonly EditField[]
  readonly change: (path: string, fields: Readonly<Record<string, FieldValue>>) => WireModelEdit
  readonly remove: (path: string) => WireModelEdit
  readonly words: { readonly label: string; readonly none: string; readonly remove: string }
  /** What adds one. */
  readonly children: ReactNode
}

/** A part of the model, narrowed by words, edited in place and in bulk. */
export function EditedList<T>({ kind, narrowing, pages, row, fields, change, remove, words, children }: EditedListProps<T>) {
  const { t } = useTranslation()
  const format = useFormat()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = pages
  const save = async (path: string, field: string, value: FieldValue) => {
    await askJson(`/api/v1/${kind}/${encodePath(path)}`, { method: 'PATCH', body: { [field]: value } })
    await queries.invalidateQueries({ queryKey: [kind] })
  }
  const rows = data?.pages.flatMap((page) => page.items.map(row))
  const total = data?.pages[0]?.total ?? undefined
  const shown = rows?.length ?? 0
  return (
    <>
      <FilterBar search={narrowing.search} under={narrowing.under}>
        {children}
        <span className="mw-faint" role="status">
          {total === undefined ? t('model.shown', { shown }) : t('model.total', { shown: format.count(shown), total: format.count(total) })}
        </span>
      </FilterBar>
      <BulkBar chosen={chosen} fields={fields} onDone={() => setChosen(new Set())} change={change} remove={remove} removeText={words.remove} />
      {rows === undefined ? error === null ? <Loading /> : <Failure error={error} onRetry={() => void refetch()} /> : shown === 0 ? <p className="mw-faint mw-model-none">{words.none}</p> : (
        <EditTable label={words.label} fields={fields} rows={rows} chosen={chosen} onChoose={setChosen} onSave={save} onMore={hasNextPage ? () => void fetchNextPage() : undefined} isLoadingMore={isFetchingNextPage} />
      )}
    </>
  )
}
