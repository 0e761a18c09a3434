import { MillwrightError } from '../kernel/error.ts'

/** Where a setting's value came from. */
export type Origin =
  | { readonly source: 'default' }
  | { readonly source: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly source: 'variable'; readonly name: string }
  | { readonly source: 'flag'; readonly name: string }

/** One thing that is wrong with the settings: where it was said, and what would be right. */
export interface Problem {
  readonly origin: Origin
  /** Dotted path of the setting, such as `journal.queueBytes`; empty when it concerns the whole. */
  readonly path: string
  readonly message: string
}

/** An origin as people read it: `plant.yaml:12:3`, a variable's name, a flag. */
export function originText(origin: Origin): string {
  if (origin.source === 'default') return 'default'
  if (origin.source === 'file') return `${origin.file}:${origin.line}:${origin.column}`
  return origin.name
}

/** All problems as one error, a line each, in the order in which they were found. */
export function settingsError(problems: readonly Problem[]): MillwrightError {
  const lines = problems.map(problemText)
  const head = problems.length === 1 ? 'the settings are wrong' : `the settings are wrong in ${problems.length} places`
  return new MillwrightError('CONFIG_INVALID', `${head}:\n${lines.map((line) => `  ${line}`).join('\n')}`, { detail: { problems: lines } })
}

function problemText({ origin, path, message }: Problem): string {
  const where = origin.source === 'default' ? '' : `${originText(origin)}: `
  return path === '' ? `${where}${message}` : `${where}${path}: ${message}`
}
