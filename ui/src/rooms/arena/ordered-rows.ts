import type { WireArenaRow } from '@millwright/model/wire/arena.ts'

/** By which column rows stand, and in which direction. */
export interface Order {
  readonly column: number | 'cost'
  readonly isFalling: boolean
}

/** Rows in an order; as they came without one. What was not told stands last either way. */
export function orderedRows(rows: readonly WireArenaRow[], order: Order | undefined): readonly WireArenaRow[] {
  if (order === undefined) return rows
  const { column, isFalling } = order
  const valueOf = ({ values, costUs }: WireArenaRow) => (column === 'cost' ? costUs : (values[column] ?? null))
  return rows.toSorted((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    return isFalling ? y - x : x - y
  })
}
