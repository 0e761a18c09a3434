import { MillwrightError } from '../../kernel/error.ts'
import type { DuckConnection } from './duck.ts'
import { sqlText } from './duck.ts'

/** What a user's statement may read. */
export const SQL_RELATIONS: ReadonlySet<string> = new Set(['samples', 'signals', 'assets', 'events'])

/** Table functions that only make rows of their arguments. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['unnest', 'range', 'generate_series'])

/** Functions that tell of, or reach, what is not the history. */
const FORBIDDEN_FUNCTIONS = /^(getenv|current_setting|getvariable|pg_.*|duckdb_.*|has_.*_privilege|read_.*|write_.*|json_execute_.*|in_search_path|txid_current|current_(database|schema|schemas|user|catalog)|version|nextval|currval)$/

/**
 * Scalar functions that make a large value of a few bytes, with the largest size that may be asked for; it must stand there as a number. DuckDB makes such a
 * value in one piece: neither its memory limit nor an interrupt reaches it. `repeat` has no bound, as it can be applied to its own result.
 */
const MAKERS: ReadonlyMap<string, number> = new Map([
  ['repeat', 0],
  ['lpad', 10_000],
  ['rpad', 10_000],
  ['list_resize', 100_000],
  ['array_resize', 100_000],
  ['bitstring', 100_000],
  ['range', 1_000_000],
  ['generate_series', 1_000_000],
])
/** Functions whose first argument says how wide their result is. */
const FORMATTERS: ReadonlySet<string> = new Set(['format', 'printf'])
/** A width of four digits and more, or one that is computed. */
const WIDE = /\d{4}|\*|\{[^}]*\{/

/** A node of DuckDB's syntax tree, as `json_serialize_sql` writes it. */
export type SqlNode = Readonly<Record<string, unknown>>

/** A user's statement that was found harmless. */
export interface GuardedSql {
  readonly text: string
  /** The statement's root. */
  readonly root: SqlNode
  /** How often it reads `samples`. */
  readonly samples: number
}

/**
 * Checks one statement of a user before it runs: it must be a single SELECT (or DESCRIBE, SUMMARIZE) over the four relations. The
 * tree is DuckDB's own, so the check and the run cannot read the text differently. External access is off besides.
 */
export async function guardSql(connection: DuckConnection, text: string): Promise<GuardedSql> {
  const explained = /^\s*explain\s+(analyze\s+)?/i.exec(text)
  const bare = explained === null ? text : text.slice(explained[0].length)
  const answer = (await connection.read(`SELECT json_serialize_sql(${sqlText(bare)})`)).text(0)[0]
  const tree: unknown = JSON.parse(answer ?? '{}')
  if (!isNode(tree)) throw refused('the statement could not be read')
  if (tree['error'] === true) throw refused(explain(tree))
  const statements = tree['statements']
  if (!Array.isArray(statements) || statements.length !== 1) throw refused('give exactly one statement')
  const root: unknown = statements[0]
  if (!isNode(root)) throw refused('the statement could not be read')
  const walk = new Walk()
  walk.visit(root, new Set())
  return { text, root, samples: walk.samples }
}

/** Tells whether something of the tree is a node. */
export function isNode(value: unknown): value is SqlNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

class Walk {
  samples = 0

  visit(value: unknown, scope: ReadonlySet<string>): void {
    if (Array.isArray(value)) {
      for (const each of value) this.visit(each, scope)
    } else if (isNode(value)) {
      this.#check(value, scope)
      const inner = this.#visitCommonTables(value, scope)
      // A table function makes its rows one by one; only its arguments are values.
      const rest = value['type'] === 'TABLE_FUNCTION' && isNode(value['function']) ? { ...value, function: value['function']['children'] } : value
      for (const [key, each] of Object.entries(rest)) if (key !== 'cte_map') this.visit(each, inner)
    }
  }

  /** Names of WITH count from their own definition on, and only inside. */
  #visitCommonTables(node: SqlNode, scope: ReadonlySet<string>): ReadonlySet<string> {
    // A recursive member reads the table that it defines.
    const own = typeof node['cte_name'] === 'string' ? node['cte_name'] : undefined
    let inner = own === undefined ? scope : new Set([...scope, own.toLowerCase()])
    const map = node['cte_map']
    const entries = isNode(map) && Array.isArray(map['map']) ? map['map'] : []
    for (const entry of entries) {
      if (!isNode(entry) || typeof entry['key'] !== 'string') throw refused('the statement could not be read')
      this.visit(entry['value'], inner)
      inner = new Set([...inner, entry['key'].toLowerCase()])
    }
    return inner
  }

  #check(node: SqlNode, scope: ReadonlySet<string>): void {
    const type = node['type']
    if (type === 'BASE_TABLE') this.#checkTable(node, scope)
    else if (type === 'TABLE_FUNCTION') {
      const call = node['function']
      const name = isNode(call) ? call['function_name'] : undefined
      if (typeof name !== 'string' || !TABLE_FUNCTIONS.has(name.toLowerCase())) throw refused(`the table function ${String(name)} is not available here`)
    } else if (type === 'SHOW_REF') {
      if (!isNode(node['query'])) throw refused('SHOW is not available here; DESCRIBE samples is')
    } else if (type === 'FUNCTION') {
      const name = node['function_name']
      if (typeof name !== 'string' || FORBIDDEN_FUNCTIONS.test(name.toLowerCase())) throw refused(`the function ${String(name)} is not available here`)
      checkSize(name.toLowerCase(), Array.isArray(node['children']) ? node['children'] : [])
    }
  }

  #checkTable(node: SqlNode, scope: ReadonlySet<string>): void {
    const name = node['table_name']
    const plain = !node['schema_name'] && !node['catalog_name']
    if (typeof name === 'string' && plain) {
      if (scope.has(name.toLowerCase())) return
      if (SQL_RELATIONS.has(name.toLowerCase())) {
        if (name.toLowerCase() === 'samples') this.samples++
        return
      }
    }
    throw refused(`there is no table ${[node['catalog_name'], node['schema_name'], name].filter(Boolean).join('.')}; there are ${[...SQL_RELATIONS].join(', ')}`)
  }
}

function checkSize(name: string, given: readonly unknown[]): void {
  const largest = MAKERS.get(name)
  if (largest === 0) throw refused(`the function ${name} is not available here: it makes values of any size`)
  if (largest !== undefined) {
    const sizes = name === 'range' || name === 'generate_series' ? given : given.slice(1, 2)
    for (const size of name === 'bitstring' ? given.slice(1) : sizes) {
      const number = constantOf(size)
      if (typeof number !== 'number' || Math.abs(number) > largest) throw refused(`the size that is given to ${name} must be a number of at most ${largest}`)
    }
  }
  if (!FORMATTERS.has(name)) return
  const form = constantOf(given[0])
  if (typeof form !== 'string' || WIDE.test(form)) throw refused(`the form that is given to ${name} must be a plain text without widths of four digits`)
}

/** The value of a constant, also of one with a sign or a cast; undefined for anything that is computed. */
function constantOf(value: unknown): unknown {
  if (!isNode(value)) return undefined
  if (value['class'] === 'CONSTANT' && isNode(value['value'])) return value['value']['value']
  return undefined
}

function explain(tree: SqlNode): string {
  const message = String(tree['error_message'] ?? 'the statement could not be read')
  return /only select/i.test(message) ? 'only SELECT, DESCRIBE, SUMMARIZE and EXPLAIN are possible' : message
}

function refused(message: string): MillwrightError {
  return new MillwrightError('QUERY_INVALID', message)
}
