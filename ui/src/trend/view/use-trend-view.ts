import { useCallback, useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { rememberedExpected } from '../expected/remembered.ts'
import type { TrendView } from './trend-view.ts'
import { readView, writeView } from './view-url.ts'

const KEY = 'millwright.trend'

/** The view of the last visit in this tab, for those who come back by the navigation. */
function lastSearch(): string {
  try {
    return sessionStorage.getItem(KEY) ?? ''
  } catch {
    return ''
  }
}

function remember(search: string): void {
  try {
    sessionStorage.setItem(KEY, search)
  } catch {
    // Storage is closed: the next visit begins anew.
  }
}

/** The view of an address; what it does not say of what is expected, this person's last choice says. */
function viewOf(search: string): TrendView {
  const parameters = new URLSearchParams(search)
  const view = readView(parameters)
  return parameters.has('expected') ? view : { ...view, expected: rememberedExpected() }
}

export type ChangeView = (change: (view: TrendView) => TrendView, how?: 'step' | 'detail') => void

/**
 * The view, and its address. A step can be taken back by the browser's back button; a detail (a cursor that moved) only changes the address.
 * An address that comes from outside, or from back and forward, is followed.
 */
export function useTrendView(): readonly [TrendView, ChangeView] {
  const { search } = useLocation()
  const navigate = useNavigate()
  const written = useRef(search)
  const [view, setView] = useState(() => viewOf(search === '' ? lastSearch() : search))
  const latest = useRef(view)
  const go = useRef(navigate)
  go.current = navigate

  useEffect(() => {
    if (search === written.current && search !== '') return
    const next = search === '' && latest.current.signals.length > 0 ? latest.current : viewOf(search)
    written.current = search
    latest.current = next
    setView(next)
    if (search === '' && next.signals.length > 0) {
      written.current = `?${writeView(next).toString()}`
      void go.current({ search: written.current }, { replace: true, preventScrollReset: true })
    }
  }, [search])

  const change = useCallback<ChangeView>((make, how = 'step') => {
    const next = make(latest.current)
    if (next === latest.current) return
    latest.current = next
    setView(next)
    const nextSearch = `?${writeView(next).toString()}`
    remember(nextSearch)
    if (nextSearch === written.current) return
    written.current = nextSearch
    void go.current({ search: nextSearch }, { replace: how === 'detail', preventScrollReset: true })
  }, [])
  return [view, change]
}
