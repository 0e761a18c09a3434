/** The floor table of docs/ARCHITECTURE.md. A folder of `server/src` imports only from floors below its own. */
export const FLOORS: Readonly<Record<string, number>> = {
  'main.ts': 6,
  cli: 6,
  api: 5,
  alarms: 4,
  performance: 4,
  intelligence: 4,
  maintenance: 4,
  energy: 4,
  traceability: 4,
  supply: 4,
  fleet: 4,
  twin: 4,
  scenarios: 4,
  publishing: 4,
  plant: 3,
  connectors: 2,
  journal: 2,
  historian: 2,
  registry: 2,
  identity: 2,
  config: 1,
  kernel: 0,
}

/** What protocols share: files directly in `connectors/`, and this folder. */
export const SHARED_CONNECTOR_FOLDERS: ReadonlySet<string> = new Set(['payload'])

/** Longest file, in lines. */
export const MAX_LINES = 400

/** Files that may be longer, each with the reason. */
export const LONG_FILES: Readonly<Record<string, string>> = {}

export interface Finding {
  readonly line: number
  readonly message: string
}

export interface BannedText {
  readonly pattern: RegExp
  readonly message: string
  /** Where it is allowed. */
  readonly except?: (file: string) => boolean
}

const isTest = (file: string) => /\.(test|bench)\.ts$/.test(file) || file.startsWith('server/test/') || file.startsWith('bench/')
const isCommandLine = (file: string) => file.startsWith('server/src/cli/') || file === 'server/src/main.ts' || file.startsWith('simulator/src/cli/')

/** What may not stand in code (comments and texts are taken out before, except for the first rule). */
export const BANNED: readonly BannedText[] = [
  { pattern: /(?<![\w$'"])any(?=\s*[;,)>\]|&=[]|$)(?<=(?::|<|\||&|\bas|,)\s*any)/, message: 'the type any' },
  { pattern: /\bas unknown as\b/, message: '"as unknown as"', except: isTest },
  { pattern: /[\w)\]]!(?:\.|\[|\)|,|;|$)(?!=)/, message: 'a non-null assertion (!)', except: isTest },
  { pattern: /\bconsole\.\w+\(/, message: 'console outside of the command line', except: (file) => isCommandLine(file) || isTest(file) },
  { pattern: /^\s*export \*/, message: '"export *"' },
  { pattern: /^\s*export default\b/, message: 'a default export' },
  { pattern: /^\s*(?:export )?(?:declare )?(?:const )?enum \w/, message: 'an enum' },
  { pattern: /^\s*(?:export )?(?:declare )?namespace \w/, message: 'a namespace' },
  { pattern: /\b(?:test|it|describe|suite)\.only\(|\bonly: true\b/, message: 'a test that keeps the others from running' },
  { pattern: /\b(?:test|it|describe|suite)\.skip\(|\bskip: true\b/, message: 'a test that is skipped without a reason (skip: "why")' },
  { pattern: /@ts-(?:ignore|nocheck|expect-error)/, message: 'a comment that silences the type checker', except: isTest },
]

/** Words that may not stand in comments either. */
export const BANNED_WORDS: readonly BannedText[] = [{ pattern: /\b(?:TODO|FIXME|HACK)\b/, message: 'a promise instead of an issue' }]

/** An import of a file: what it names and in which line. */
export interface ImportLine {
  readonly line: number
  readonly target: string
}

/** All imports of a file, dynamic ones and type imports too. */
export function importsOf(source: string): ImportLine[] {
  const found: ImportLine[] = []
  for (const match of source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^'\n]+)'/g)) {
    found.push({ line: source.slice(0, match.index).split('\n').length, target: match[1] ?? '' })
  }
  return found
}

/** Why a file of `server/src` may not import another one, both by their paths under it; `undefined` when it may. */
export function importProblem(from: string, to: string): string | undefined {
  const [fromRoom = '', toRoom = ''] = [from.split('/')[0], to.split('/')[0]]
  const [fromFloor, toFloor] = [FLOORS[fromRoom], FLOORS[toRoom]]
  if (fromFloor === undefined) return `${fromRoom} stands on no floor: add it to docs/ARCHITECTURE.md and to the table in server/test/tidy-rules.ts`
  if (toFloor === undefined) return `${fromRoom} imports ${toRoom}, which stands on no floor`
  if (fromRoom !== toRoom) {
    if (fromRoom === 'main.ts' || toFloor < fromFloor) return undefined
    return toFloor === fromFloor ? `${fromRoom} may not import ${toRoom}: they stand on the same floor` : `${fromRoom} may not import ${toRoom}: it stands on a higher floor`
  }
  if (fromRoom !== 'connectors') return undefined
  const [fromProtocol, toProtocol] = [protocolOf(from), protocolOf(to)]
  if (toProtocol === undefined || fromProtocol === toProtocol) return undefined
  // The list of connectors is where each has its one line.
  if (from === 'connectors/registry.ts') return undefined
  if (fromProtocol === undefined) return `connectors shares ${from.split('/')[1]} with all protocols; it may not import connectors/${toProtocol}`
  if (!SHARED_CONNECTOR_FOLDERS.has(toProtocol)) return `connectors/${fromProtocol} may not import connectors/${toProtocol}: protocols do not know each other`
  return undefined
}

function protocolOf(file: string): string | undefined {
  const parts = file.split('/')
  return parts.length > 2 ? parts[1] : undefined
}

/** The source with comments and texts blanked, so that words in them are no code. Lines stay where they are. */
export function codeOnly(source: string): string {
  const blank = (text: string) => text.replaceAll(/[^\n]/g, ' ')
  return source.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:\\\w])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, (piece) =>
    piece.startsWith('/') && piece.includes('@ts-') ? piece : blank(piece),
  )
}

/** What is wrong with one file, by its path in the repository. */
export function findingsIn(file: string, source: string): Finding[] {
  const findings: Finding[] = []
  const lines = source.split('\n')
  const length = source.endsWith('\n') ? lines.length - 1 : lines.length
  if (length > MAX_LINES && LONG_FILES[file] === undefined) findings.push({ line: MAX_LINES, message: `has ${length} lines; at most ${MAX_LINES}: is it one idea?` })
  const code = codeOnly(source).split('\n')
  const look = (rules: readonly BannedText[], texts: readonly string[]) => {
    for (const rule of rules) {
      if (rule.except?.(file) === true) continue
      for (const [index, text] of texts.entries()) if (rule.pattern.test(text)) findings.push({ line: index + 1, message: `${rule.message} may not stand here` })
    }
  }
  look(BANNED, code)
  look(BANNED_WORDS, lines)
  return findings
}
