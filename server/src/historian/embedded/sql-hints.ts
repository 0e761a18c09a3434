import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { CatalogueSignal } from '../historian.ts'
import { type DuckConnection, sqlText } from './duck.ts'
import { isNode, type SqlNode } from './sql-guard.ts'
import { NO_HINTS, type SqlHints } from './sql-views.ts'

/**
 * What a statement of the form `SELECT … FROM samples WHERE signal = '…' AND time >= …` needs of the history, so that only
 * the files that hold it are opened. The conditions stay in the statement: a hint that is missed costs time, not truth.
 */
export async function readHints(connection: DuckConnection, root: SqlNode, signals: readonly CatalogueSignal[]): Promise<SqlHints> {
  const select = root['node']
  if (!isNode(select) || select['type'] !== 'SELECT_NODE') return NO_HINTS
  const from = select['from_table']
  if (!isNode(from) || from['type'] !== 'BASE_TABLE' || String(from['table_name']).toLowerCase() !== 'samples') return NO_HINTS
  let series: readonly SeriesId[] | undefined
  let fromUs = Number.NEGATIVE_INFINITY
  let toUs = Number.POSITIVE_INFINITY
  for (const condition of conjuncts(select['where_clause'])) {
    const paths = signalsOf(condition)
    if (paths !== undefined) series = signals.filter((signal) => paths.has(signal.path)).map((signal) => signal.series)
    const bound = await timeBound(connection, condition)
    fromUs = Math.max(fromUs, bound?.fromUs ?? fromUs)
    toUs = Math.min(toUs, bound?.toUs ?? toUs)
  }
  return { series, fromUs, toUs }
}

function conjuncts(where: unknown): SqlNode[] {
  if (!isNode(where)) return []
  if (where['type'] !== 'CONJUNCTION_AND' || !Array.isArray(where['children'])) return [where]
  return where['children'].flatMap(conjuncts)
}

function isColumn(node: unknown, name: string): boolean {
  if (!isNode(node) || node['type'] !== 'COLUMN_REF' || !Array.isArray(node['column_names'])) return false
  return String(node['column_names'].at(-1)).toLowerCase() === name
}

function textOf(node: unknown): string | undefined {
  if (!isNode(node) || node['type'] !== 'VALUE_CONSTANT' || !isNode(node['value'])) return undefined
  const value = node['value']['value']
  return typeof value === 'string' ? value : undefined
}

function signalsOf(node: SqlNode): ReadonlySet<string> | undefined {
  if (node['type'] === 'COMPARE_EQUAL') {
    const path = isColumn(node['left'], 'signal') ? textOf(node['right']) : isColumn(node['right'], 'signal') ? textOf(node['left']) : undefined
    return path === undefined ? undefined : new Set([path])
  }
  const members = node['children']
  if (node['type'] !== 'COMPARE_IN' || !Array.isArray(members) || !isColumn(members[0], 'signal')) return undefined
  const paths = members.slice(1).map(textOf)
  return paths.every((path) => path !== undefined) ? new Set(paths) : undefined
}

const MIRROR: Readonly<Record<string, string>> = {
  COMPARE_GREATERTHAN: 'COMPARE_LESSTHAN',
  COMPARE_GREATERTHANOREQUALTO: 'COMPARE_LESSTHANOREQUALTO',
  COMPARE_LESSTHAN: 'COMPARE_GREATERTHAN',
  COMPARE_LESSTHANOREQUALTO: 'COMPARE_GREATERTHANOREQUALTO',
}

async function timeBound(connection: DuckConnection, node: SqlNode): Promise<{ readonly fromUs?: number; readonly toUs?: number } | undefined> {
  if (node['type'] === 'COMPARE_BETWEEN' && isColumn(node['input'], 'time')) {
    const lower = await timeOf(connection, node['lower'])
    const upper = readsClock(node['upper']) ? undefined : await timeOf(connection, node['upper'])
    return { ...(lower === undefined ? {} : { fromUs: lower }), ...(upper === undefined ? {} : { toUs: upper + 1 }) }
  }
  const direct = isColumn(node['left'], 'time')
  if (!direct && !isColumn(node['right'], 'time')) return undefined
  const comparison = direct ? String(node['type']) : MIRROR[String(node['type'])]
  if (comparison === undefined || !Object.hasOwn(MIRROR, comparison)) return undefined
  const bound = direct ? node['right'] : node['left']
  const lower = comparison.startsWith('COMPARE_GREATER')
  const timeUs = !lower && readsClock(bound) ? undefined : await timeOf(connection, bound)
  if (timeUs === undefined) return undefined
  return lower ? { fromUs: timeUs } : { toUs: timeUs + 1 }
}

/** The value of a constant expression as a time, worked out by DuckDB itself. */
async function timeOf(connection: DuckConnection, expression: unknown): Promise<number | undefined> {
  if (!isNode(expression) || !isConstant(expression)) return undefined
  try {
    const template = (await connection.read(`SELECT json_serialize_sql('SELECT 1')`)).text(0)[0]
    const tree: unknown = JSON.parse(template ?? '')
    const statement = isNode(tree) && Array.isArray(tree['statements']) ? tree['statements'][0] : undefined
    if (!isNode(tree) || !isNode(statement) || !isNode(statement['node'])) return undefined
    const query = { ...tree, statements: [{ ...statement, node: { ...statement['node'], select_list: [expression] } }] }
    const text = (await connection.read(`SELECT json_deserialize_sql(${sqlText(JSON.stringify(query))}::JSON)`)).text(0)[0]
    if (typeof text !== 'string') return undefined
    const timeUs = await connection.number(`SELECT epoch_us((${text.replace(/;\s*$/, '')})::TIMESTAMP)::DOUBLE`)
    return Number.isFinite(timeUs) ? timeUs : undefined
  } catch {
    return undefined
  }
}

const STEADY_FUNCTIONS = new Set(['-', '+', '*', 'to_days', 'to_hours', 'to_minutes', 'to_seconds', 'to_weeks', 'to_months', 'to_years', 'make_timestamp', 'epoch_ms', 'date_trunc'])
// The clock of the hint is a moment behind that of the statement: as an upper bound it would leave out what arrives between.
const CLOCK_FUNCTIONS = /^(now|get_current_timestamp|current_timestamp)$/

function isConstant(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isConstant)
  if (!isNode(value)) return true
  const type = value['type']
  if (type === 'COLUMN_REF' || type === 'SUBQUERY' || type === 'WINDOW_AGGREGATE' || type === 'VALUE_PARAMETER') return false
  const name = String(value['function_name'])
  if (type === 'FUNCTION' && !STEADY_FUNCTIONS.has(name) && !CLOCK_FUNCTIONS.test(name)) return false
  return Object.values(value).every(isConstant)
}

function readsClock(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(readsClock)
  if (!isNode(value)) return false
  return CLOCK_FUNCTIONS.test(String(value['function_name'])) || Object.values(value).some(readsClock)
}
