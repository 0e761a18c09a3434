import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { WireAsset } from '@millwright/model/wire/asset.ts'
import { askJson } from '../../api/client.ts'
import type { Listing } from '../../api/queries.ts'
import { ancestorsOf, treeRows, type Branch, type TreeRow } from './tree-model.ts'

/** Children that come with one answer. */
const PAGE = 500

export interface TreeState {
  readonly rows: readonly TreeRow[]
  readonly error: unknown
  readonly toggle: (path: string) => void
  readonly loadMore: (parent: string) => void
  readonly retry: () => void
}

/** The tree with the branches that somebody opened; each is loaded when it is opened, a page at a time. What is chosen is opened to. */
export function useTree(chosen: string): TreeState {
  const [branches, setBranches] = useState<ReadonlyMap<string, Branch>>(new Map())
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [error, setError] = useState<unknown>()
  const asked = useRef(new Set<string>())

  const load = useCallback(async (parent: string, cursor?: string) => {
    const key = `${parent}\n${cursor ?? ''}`
    if (asked.current.has(key)) return
    asked.current.add(key)
    try {
      const { items, next } = await askJson<Listing<WireAsset>>('/api/v1/assets', { query: { under: parent === '' ? undefined : parent, direct: true, limit: PAGE, cursor } })
      setError(undefined)
      setBranches((known) => new Map(known).set(parent, { items: [...(cursor === undefined ? [] : (known.get(parent)?.items ?? [])), ...items], next }))
      // A single root is opened at once: it hides all that one came for.
      const [only] = items
      if (parent === '' && items.length === 1 && only !== undefined) setOpen((known) => new Set(known).add(only.path))
    } catch (thrown) {
      setError(thrown)
    } finally {
      asked.current.delete(key)
    }
  }, [])

  useEffect(() => {
    if (chosen !== '') setOpen((known) => new Set([...known, ...ancestorsOf(chosen)]))
  }, [chosen])
  useEffect(() => {
    for (const parent of ['', ...open]) if (!branches.has(parent)) void load(parent)
  }, [open, branches, load])

  const toggle = useCallback((path: string) => {
    setOpen((known) => {
      const next = new Set(known)
      if (!next.delete(path)) next.add(path)
      return next
    })
  }, [])
  const loadMore = useCallback((parent: string) => void load(parent, branches.get(parent)?.next ?? undefined), [branches, load])
  const retry = useCallback(() => void load(''), [load])
  return { rows: useMemo(() => treeRows(branches, open), [branches, open]), error, toggle, loadMore, retry }
}
