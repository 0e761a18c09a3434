import type { Cause } from '../../api/anomaly-queries.ts'

/** A branch of the tree of causes: its root, and all below it in the order of the tree. */
export interface CauseGroup {
  readonly root: Cause
  readonly below: readonly Cause[]
}

/** The tree of causes by its roots; parents come before their children. A cause whose parent is not known stands as a root, so that none is lost. */
export function causeGroups(causes: readonly Cause[]): readonly CauseGroup[] {
  const groups: { root: Cause; below: Cause[] }[] = []
  const groupOf = new Map<string, { root: Cause; below: Cause[] }>()
  for (const cause of causes) {
    const above = cause.parent === null ? undefined : groupOf.get(cause.parent)
    const group = above ?? { root: cause, below: [] }
    if (above === undefined) groups.push(group)
    else above.below.push(cause)
    groupOf.set(cause.code, group)
  }
  return groups
}
