import type { Table } from './table.ts'

/** One line of the leaderboard of a collection. */
export interface ArenaRow {
  readonly who: string
  /** What it was scored on: a half, everything given, or what a paper or leaderboard says. */
  readonly on: 'tune' | 'report' | 'all' | 'published'
  /** One number for each column; `undefined` where it was not told. */
  readonly values: readonly (number | undefined)[]
  /** Cost of one sample (of a row of signals for multivariate detectors), microseconds of processor time. */
  readonly costUs?: number
  /** The limit that its contest declared for it ({@link Declaration}). */
  readonly limit?: string
}

/** What a contest says before it reads any data: who scores above what, how that was chosen, and which parts are which half. */
export interface Declaration {
  readonly halves: string
  /** `who` of rows → their limit and how it was chosen. */
  readonly limits: Readonly<Record<string, string>>
}

/** What a run in the arena found. */
export interface ArenaTable {
  readonly title: string
  /** Which parts are which half, as declared. */
  readonly halves?: string
  /** When it was run, milliseconds since the epoch, and by which code. */
  readonly measured?: number
  readonly code?: string
  /** What was learned from what, and how the limit was declared. */
  readonly protocol: string
  readonly columns: readonly { readonly name: string; readonly digits: number }[]
  readonly rows: readonly ArenaRow[]
}

/** A part of a collection as a model that somebody brought sees it. */
export interface ContestPart {
  readonly name: string
  readonly table: Table
  /** What the columns are called: the names that the model's contract may use. */
  readonly signals: readonly string[]
}

/** What a model that somebody brought said of each row of each part; NaN where its window was not full. Higher is odder. */
export interface BroughtScores {
  readonly title: string
  readonly costUs: number
  /** Scores above it are alarms, where a collection needs that; declared before anything was read. */
  readonly limit: number | undefined
  readonly scores: ReadonlyMap<string, Float64Array>
}

/** Who is scored, unless all of ours are. */
export interface Entrants {
  /** Detectors of ours by name. */
  readonly detectors?: readonly string[]
  readonly brought?: BroughtScores
  /** Hears which part is done, where a collection takes long enough to tell. */
  onProgress?(part: number): void
}

/** A collection on which detectors or predictors are scored. */
export interface Contest {
  readonly name: string
  /** Names of detectors of ours that can be scored on it; none where it scores something else. */
  readonly detectors?: readonly string[]
  /** Limits and halves, told before any data are read. */
  declare?(entrants: Entrants): Declaration
  /** What a model that somebody brought is run on, where it can be. */
  parts?(folder: string): readonly ContestPart[]
  run(folder: string, entrants?: Entrants): ArenaTable
}

/** A table as text, columns aligned. */
export function printTable({ title, protocol, halves, measured, code, columns, rows }: ArenaTable): string {
  const cells = [
    ['', 'on', ...columns.map(({ name }) => name), 'µs'],
    ...rows.map(({ who, on, values, costUs }) => [who, on, ...columns.map(({ digits }, index) => values[index]?.toFixed(digits) ?? '–'), costUs === undefined ? '' : costUs.toFixed(costUs < 10 ? 2 : 0)]),
  ]
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? []
  const lines = cells.map((line) => line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd())
  const limits = new Map(rows.flatMap(({ who, limit }) => (limit === undefined ? [] : [[who, limit] as const])))
  const declared = [...(halves === undefined ? [] : [`Halves: ${halves}`]), ...[...limits].map(([who, limit]) => `Limit of ${who}: ${limit}`)]
  const origin = [...(measured === undefined ? [] : [new Date(measured).toISOString().slice(0, 10)]), ...(code === undefined ? [] : [`code ${code}`])].join(', ')
  return [title, ...(origin === '' ? [] : [origin]), protocol, ...(declared.length === 0 ? [] : ['Declared before any data were read:', ...declared.map((line) => `  ${line}`)]), '', ...lines].join('\n')
}
