import { pathProblem } from '@millwright/model/path.ts'
import type { Refusal } from '@millwright/model/write-outcome.ts'

/** How a measurement and its tags become an asset path, unless the settings say otherwise. */
export const DEFAULT_LINE_TEMPLATE = '{measurement}/{tags}'

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'measurement' }
  | { readonly kind: 'database' }
  | { readonly kind: 'tags' }
  | { readonly kind: 'tag'; readonly key: string; readonly isPath: boolean }

const PLACEHOLDER = /\{([^{}]*)\}/g
// What the name of an asset or signal may not hold (model/src/path.ts), and the sign of the escape itself.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f+#/\\%\u2028\u2029\ufffe\uffff]/g

/**
 * Makes asset paths of InfluxDB series by a template of text and placeholders:
 * `{measurement}`; `{db}`, the database or bucket; `{host}`, the value of that tag as one name; `{path*}`, the value of that tag as a path of its own;
 * `{tags}`, each tag that is not named elsewhere as one name `key=value`, ordered by key.
 * What a name may not hold is written as `%2F` is in a URL, so two series never meet in one path as long as `{tags}` stands in the template.
 */
export class LineMapping {
  readonly #parts: readonly Part[]
  readonly #named: ReadonlySet<string>
  /** Whether the same series in another database is another asset. */
  readonly usesDatabase: boolean

  constructor(template: string = DEFAULT_LINE_TEMPLATE) {
    this.#parts = partsOf(template)
    this.#named = new Set(this.#parts.flatMap((part) => (part.kind === 'tag' ? [part.key] : [])))
    this.usesDatabase = this.#parts.some((part) => part.kind === 'database')
  }

  /** The asset path of a series, or why there is none. */
  assetPath(measurement: string, tags: ReadonlyMap<string, string>, database: string): string | Refusal {
    const pieces: string[] = []
    for (const part of this.#parts) {
      if (part.kind === 'text') pieces.push(part.text)
      else if (part.kind === 'measurement') pieces.push(safeName(measurement))
      else if (part.kind === 'database') pieces.push(safeName(database))
      else if (part.kind === 'tags') pieces.push(this.#rest(tags))
      else {
        const value = tags.get(part.key)
        if (value === undefined) return { code: 'PAYLOAD_INVALID', message: `the path template asks for the tag "${part.key}", which ${measurement.slice(0, 60)} does not have` }
        pieces.push(part.isPath ? value : safeName(value))
      }
    }
    const path = pieces.join('').replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, '')
    const problem = pathProblem(path)
    return problem === undefined ? path : { code: 'NAME_INVALID', message: `${path.slice(0, 100)}: ${problem}` }
  }

  #rest(tags: ReadonlyMap<string, string>): string {
    const names = [...tags].filter(([key]) => !this.#named.has(key))
    return names
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${safeName(key).replaceAll('=', '%3D')}=${safeName(value)}`)
      .join('/')
  }
}

/** Text as one name of a path: what a name may not hold is percent-encoded. */
export function safeName(text: string): string {
  if (text === '.' || text === '..') return text.replaceAll('.', '%2E')
  const safe = text.replace(UNSAFE, encodeURIComponent)
  return safe === safe.trim() ? safe : safe.replace(/^\s+|\s+$/g, encodeURIComponent)
}

/** Why a template cannot be used, as a sentence; undefined when it can. */
export function templateProblem(template: string): string | undefined {
  const placeholders = [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '')
  if (placeholders.some((name) => name === '' || name === '*')) return 'a placeholder must name a tag, as in {host}'
  if (/[{}]/.test(template.replace(PLACEHOLDER, ''))) return 'a brace stands alone'
  const sample = template.replace(PLACEHOLDER, 'x')
  return pathProblem(sample.replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, ''))
}

function partsOf(template: string): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const match of template.matchAll(PLACEHOLDER)) {
    if (match.index > at) parts.push({ kind: 'text', text: template.slice(at, match.index) })
    parts.push(placeholder(match[1] ?? ''))
    at = match.index + match[0].length
  }
  if (at < template.length) parts.push({ kind: 'text', text: template.slice(at) })
  return parts
}

function placeholder(name: string): Part {
  if (name === 'measurement' || name === 'tags') return { kind: name }
  if (name === 'db') return { kind: 'database' }
  return name.endsWith('*') ? { kind: 'tag', key: name.slice(0, -1), isPath: true } : { kind: 'tag', key: name, isPath: false }
}
