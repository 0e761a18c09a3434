import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { WireAsset } from '@millwright/model/wire/asset.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import { parentPath } from '@millwright/model/path.ts'
import { askJson } from '../api/client.ts'
import type { Listing } from '../api/queries.ts'
import { useDescription } from '../i18n/use-description.ts'
import { links } from '../links.ts'
import { Icon } from '../parts/icon.tsx'
import { useComposedText } from '../parts/use-composed-text.ts'
import { Failure } from '../parts/view-state.tsx'

const MAX_EACH = 8

interface Hit {
  readonly key: string
  readonly group: 'searchAssets' | 'searchSignals'
  readonly name: string
  readonly place: string
  readonly note: string
  readonly to: string
}

/** The button that opens the search, and Ctrl-K anywhere. */
export function SearchButton() {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', open)
    return () => removeEventListener('keydown', open)
  }, [])
  return (
    <>
      <button type="button" className="mw-search-button" aria-label={t('shell.search')} aria-haspopup="dialog" aria-keyshortcuts="Control+K" onClick={() => setOpen(true)}>
        <Icon name="search" size={16} />
        <span>{t('shell.search')}</span>
        <kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      {isOpen && <SearchDialog onClose={() => setOpen(false)} />}
    </>
  )
}

async function search(words: string, signal: AbortSignal): Promise<{ readonly hits: readonly Hit[]; readonly isMore: boolean }> {
  const query = { search: words, limit: MAX_EACH }
  const [assets, signals] = await Promise.all([askJson<Listing<WireAsset>>('/api/v1/assets', { query, signal }), askJson<Listing<WireSignal>>('/api/v1/signals', { query, signal })])
  const assetHits = assets.items.map(({ path, name, description }): Hit => ({ key: `a ${path}`, group: 'searchAssets', name, place: parentPath(path) ?? '', note: description ?? '', to: links.plant(path) }))
  const signalHits = signals.items.map(({ path, name, description }): Hit => ({ key: `s ${path}`, group: 'searchSignals', name, place: parentPath(path) ?? '', note: description ?? '', to: links.trend([path]) }))
  return { hits: [...assetHits, ...signalHits], isMore: assets.next !== null || signals.next !== null }
}

function SearchDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const described = useDescription()
  const navigate = useNavigate()
  const dialog = useRef<HTMLDialogElement>(null)
  const { words, input } = useComposedText()
  const { data, error } = useQuery({ queryKey: ['search', words], queryFn: ({ signal }) => search(words, signal), enabled: words !== '', placeholderData: keepPreviousData })
  const [chosen, setChosen] = useState(0)
  const hits = words === '' ? [] : (data?.hits ?? [])
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  useEffect(() => setChosen(0), [words])
  const open = (hit: Hit | undefined) => {
    if (hit === undefined) return
    onClose()
    void navigate(hit.to)
  }
  const onKey = (event: React.KeyboardEvent) => {
    // While an input method composes, its keys are its own.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setChosen((chosen + step + hits.length) % Math.max(1, hits.length))
    } else if (event.key === 'Enter') open(hits[chosen])
  }
  return (
    <dialog ref={dialog} className="mw-search" aria-label={t('shell.search')} onClose={onClose} onClick={(event) => event.target === dialog.current && onClose()}>
      <div className="mw-search-field">
        <Icon name="search" />
        <input {...input} autoFocus type="search" role="combobox" aria-expanded={hits.length > 0} aria-controls="search-hits" aria-activedescendant={hits.length > 0 ? `hit-${chosen}` : undefined} aria-label={t('shell.search')} placeholder={t('shell.searchHint')} onKeyDown={onKey} />
        <button type="button" className="mw-icon-button" aria-label={t('model.cancel')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {error !== null && words !== '' && <Failure error={error} compact />}
      <ul id="search-hits" role="listbox" aria-label={t('shell.search')}>
        {hits.map((hit, index) => (
          <li key={hit.key} id={`hit-${index}`} role="option" aria-selected={index === chosen} onPointerMove={() => setChosen(index)} onClick={() => open(hit)}>
            <span className="mw-search-group">{hits[index - 1]?.group === hit.group ? '' : t(`shell.${hit.group}`)}</span>
            <span className="mw-search-name">{hit.name}</span>
            <span className="mw-search-place">
              {hit.place}
              {hit.note !== '' && ` · ${described(hit.note)}`}
            </span>
          </li>
        ))}
      </ul>
      {words !== '' && data !== undefined && hits.length === 0 && <p className="mw-search-foot">{t('shell.searchNone', { words })}</p>}
      <p className="mw-search-foot">{data?.isMore === true && hits.length > 0 ? t('shell.searchMore') : t('shell.searchKeys')}</p>
    </dialog>
  )
}
