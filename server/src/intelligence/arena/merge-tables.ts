import { ARENA_PARTS, type WireArenaRow, type WireArenaTable } from '@millwright/model/wire/arena.ts'

/** Rows of models that somebody brought that one leaderboard keeps: the oldest leave. Each model has up to three. */
export const MAX_BROUGHT_ROWS = 150

/**
 * A leaderboard after a run. A run of all of ours replaces all but what people brought; a run of some, or of a model, adds its rows or replaces its own. Where the columns are no longer
 * those of before, nothing of before can stand beside it.
 */
export function mergeTables(known: WireArenaTable | undefined, fresh: WireArenaTable, isWhole: boolean): WireArenaTable {
  if (known === undefined || !sameColumns(known, fresh)) return fresh
  const isFresh = ({ who, on }: WireArenaRow) => fresh.rows.some((row) => row.who === who && row.on === on)
  if (isWhole) return { ...fresh, rows: bounded([...fresh.rows, ...known.rows.filter((row) => row.brought !== undefined && !isFresh(row))]) }
  const added = fresh.rows.filter(({ on }) => on !== 'published')
  const kept = known.rows.filter((row) => row.on === 'published' || !isFresh(row))
  // When and by whom is told of the newest run of ours; a model has its own beside its name.
  const about = added.some(({ brought }) => brought === undefined) && !added.some(({ brought }) => brought !== undefined) ? fresh : known
  return { ...about, title: fresh.title, protocol: fresh.protocol, halves: fresh.halves, rows: bounded([...added, ...kept].sort((a, b) => ARENA_PARTS.indexOf(a.on) - ARENA_PARTS.indexOf(b.on))) }
}

function sameColumns(one: WireArenaTable, other: WireArenaTable): boolean {
  return one.columns.length === other.columns.length && one.columns.every(({ name }, index) => name === other.columns[index]?.name)
}

function bounded(rows: readonly WireArenaRow[]): WireArenaRow[] {
  const brought = rows.flatMap((row) => (row.brought === undefined ? [] : [row.brought.made])).sort((a, b) => b - a)
  const oldest = brought[MAX_BROUGHT_ROWS - 1] ?? 0
  return rows.filter((row) => row.brought === undefined || row.brought.made >= oldest)
}
