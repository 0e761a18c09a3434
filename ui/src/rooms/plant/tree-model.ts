import type { WireAsset } from '@millwright/model/wire/asset.ts'

/** The children of a node that are loaded. */
export interface Branch {
  readonly items: readonly WireAsset[]
  /** Cursor of the next page; null when all are here. */
  readonly next: string | null
}

/** A line of the tree as it is drawn. */
export type TreeRow =
  | { readonly kind: 'asset'; readonly asset: WireAsset; readonly depth: number; readonly isOpen: boolean }
  /** More children of `parent` wait on the server; or the first page is on its way. */
  | { readonly kind: 'more'; readonly parent: string; readonly depth: number; readonly isLoading: boolean }

/** The lines of the tree from its roots (the branch of the empty path), of open nodes with their children. */
export function treeRows(branches: ReadonlyMap<string, Branch>, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  addBranch('', 0)
  return rows

  function addBranch(parent: string, depth: number): void {
    const branch = branches.get(parent)
    if (branch === undefined) {
      rows.push({ kind: 'more', parent, depth, isLoading: true })
      return
    }
    for (const asset of branch.items) {
      const isOpen = open.has(asset.path) && (asset.childCount ?? 0) > 0
      rows.push({ kind: 'asset', asset, depth, isOpen })
      if (isOpen) addBranch(asset.path, depth + 1)
    }
    if (branch.next !== null) rows.push({ kind: 'more', parent, depth, isLoading: false })
  }
}

/** All assets above a path, from the root down. */
export function ancestorsOf(path: string): string[] {
  const names = path.split('/')
  return names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join('/'))
}

/** Where a key of the keyboard leads from row `at` (WAI-ARIA tree pattern); undefined when it leads nowhere. */
export function keyTarget(key: string, rows: readonly TreeRow[], at: number): { readonly move: number } | { readonly toggle: string } | undefined {
  const row = rows[at]
  if (key === 'ArrowDown') return { move: Math.min(rows.length - 1, at + 1) }
  if (key === 'ArrowUp') return { move: Math.max(0, at - 1) }
  if (key === 'Home') return { move: 0 }
  if (key === 'End') return { move: rows.length - 1 }
  if (row?.kind !== 'asset') return undefined
  if (key === 'ArrowRight') return row.isOpen ? { move: Math.min(rows.length - 1, at + 1) } : (row.asset.childCount ?? 0) > 0 ? { toggle: row.asset.path } : undefined
  if (key !== 'ArrowLeft') return undefined
  if (row.isOpen) return { toggle: row.asset.path }
  const parent = rows.findLastIndex((other, index) => index < at && other.depth < row.depth)
  return parent < 0 ? undefined : { move: parent }
}
