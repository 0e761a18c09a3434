import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../parts/icon.tsx'
import type { ComposedText } from '../../parts/use-composed-text.ts'

/** Narrows a list: words, and the asset below which to look. */
export function FilterBar({ search, under, children }: { readonly search: ComposedText; readonly under: ComposedText; readonly children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className="mw-row">
      <label className="mw-field mw-filter">
        <Icon name="search" size={16} />
        <input {...search.input} type="search" placeholder={t('model.search')} aria-label={t('model.search')} />
      </label>
      <label className="mw-field mw-filter">
        <Icon name="plant" size={16} />
        <input {...under.input} type="search" placeholder={`${t('model.under')}: ${t('model.all')}`} aria-label={t('model.under')} />
      </label>
      {children}
    </div>
  )
}
