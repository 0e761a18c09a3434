import type { WireArenaTable } from '@millwright/model/wire/arena.ts'

/** How a leaderboard can be taken away. */
export const EXPORT_FORMATS = ['markdown', 'csv', 'json'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What a leaderboard holds, whether it came from the API or from a run. */
export type ExportedTable = Pick<WireArenaTable, 'title' | 'protocol' | 'columns'> & { readonly rows: readonly ExportedRow[] }
interface ExportedRow {
  readonly who: string
  readonly on: string
  readonly values: readonly (number | null | undefined)[]
  readonly costUs?: number | null
}

/** A leaderboard as a Markdown page: title, table, and how it was made. */
export function markdownOf({ title, protocol, columns, rows }: ExportedTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  const body = rows.map(({ who, on, values, costUs }) => line([who, on, ...columns.map(({ digits }, index) => values[index]?.toFixed(digits) ?? '–'), costUs?.toPrecision(2) ?? '–']))
  return [`# ${title}`, '', line(['', 'on', ...columns.map(({ name }) => name), 'µs a sample']), `|---|---|${'---:|'.repeat(columns.length + 1)}`, ...body, '', protocol, ''].join('\n')
}

/** A leaderboard as CSV with all digits; empty where something was not told. */
export function csvOf({ columns, rows }: ExportedTable): string {
  const head = ['who', 'on', ...columns.map(({ name }) => name), 'cost_us']
  return [head, ...rows.map(({ who, on, values, costUs }) => [who, on, ...columns.map((_, index) => values[index] ?? ''), costUs ?? ''])].map((cells) => `${cells.map((cell) => cellOf(String(cell))).join(',')}\r\n`).join('')
}

/** RFC 4180; what a spreadsheet would take for a formula is told to be text. */
function cellOf(text: string): string {
  const safe = /^[=+@\t\r]/.test(text) || /^-(?!\d)/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
