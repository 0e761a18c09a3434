import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ASSET_LEVELS, type AssetLevel } from '@millwright/model/asset.ts'
import { assetsQuery } from '../../api/queries.ts'
import { AddButton } from './add-button.tsx'
import { EditedList } from './edited-list.tsx'
import { useNarrowing } from './narrowing.ts'
import { useFields } from './use-fields.ts'

function levelField(value: string | undefined): { level?: AssetLevel } {
  const level = ASSET_LEVELS.find((one) => one === value)
  return level === undefined ? {} : { level }
}

/** The assets of the plant, edited in place and in bulk. */
export function AssetsTab() {
  const { t } = useTranslation()
  const fields = useFields()
  const narrowing = useNarrowing()
  const pages = useInfiniteQuery(assetsQuery(narrowing.choice))
  return (
    <EditedList
      kind="assets"
      narrowing={narrowing}
      pages={pages}
      row={({ path, level, type, description }) => ({ path, fields: { level, type, description } })}
      fields={fields.assets}
      change={(path, values) => ({ op: 'updateAsset', path, fields: values })}
      remove={(path) => ({ op: 'deleteAsset', path, withContents: true })}
      words={{ label: t('model.assets'), none: t('model.noneAssets'), remove: t('model.removeAssets') }}
    >
      <AddButton title={t('model.addAsset')} choice={fields.level} start={narrowing.under.words} create={(path, value) => ({ op: 'createAsset', path, fields: levelField(value) })} />
    </EditedList>
  )
}
