/** What one file brought: to which asset, from its first to its last sample. */
export interface Imported {
  readonly asset: string
  readonly fromUs: number
  readonly toUs: number
}

/** Files of one link that are runs of their own. */
const MAX_RUNS = 50

/** The page on which what was imported is examined, each file a run of its own; undefined where there is no server, nothing came, or it went to several assets. */
export function examinePage(url: string | undefined, files: readonly Imported[]): string | undefined {
  const [first] = files
  if (url === undefined || first === undefined || files.some(({ asset }) => asset !== first.asset)) return undefined
  const runs = files.map(({ fromUs, toUs }) => [Math.floor(fromUs / 1_000), Math.ceil(toUs / 1_000) + 1] as const).sort(([a], [b]) => a - b)
  const isApart = runs.every(([from], at) => at === 0 || from >= (runs[at - 1]?.[1] ?? 0))
  const range = { from: String(runs[0]?.[0] ?? 0), to: String(Math.max(...runs.map(([, to]) => to))) }
  const each = isApart && runs.length > 1 && runs.length <= MAX_RUNS ? runs.map(([from, to]) => ['run', `${from}-${to}`] as [string, string]) : []
  return `${url}/examine?${new URLSearchParams([['asset', first.asset], ['from', range.from], ['to', range.to], ...each]).toString()}`
}
