/** One line of the leaderboard of a collection. */
export interface ArenaRow {
  readonly who: string
  /** What it was scored on: a half, everything given, or what a paper or leaderboard says. */
  readonly on: 'tune' | 'report' | 'all' | 'published'
  /** One number for each column; `undefined` where it was not told. */
  readonly values: readonly (number | undefined)[]
  /** Cost of one sample (of a row of signals for multivariate detectors), microseconds. */
  readonly costUs?: number
}

/** What a run in the arena found. */
export interface ArenaTable {
  readonly title: string
  /** What was learned from what, and how the limit was declared. */
  readonly protocol: string
  readonly columns: readonly { readonly name: string; readonly digits: number }[]
  readonly rows: readonly ArenaRow[]
}

/** A collection on which detectors or predictors are scored. */
export interface Contest {
  readonly name: string
  run(folder: string): ArenaTable
}

/** A table as text, columns aligned. */
export function printTable({ title, protocol, columns, rows }: ArenaTable): string {
  const cells = [
    ['', 'on', ...columns.map(({ name }) => name), 'µs'],
    ...rows.map(({ who, on, values, costUs }) => [who, on, ...columns.map(({ digits }, index) => values[index]?.toFixed(digits) ?? '–'), costUs === undefined ? '' : costUs.toFixed(costUs < 10 ? 2 : 0)]),
  ]
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? []
  const lines = cells.map((line) => line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd())
  return [title, protocol, '', ...lines].join('\n')
}
