import type { DatabaseSync } from 'node:sqlite'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import { decodeAssetPage, whereOfAssets } from './asset-page.ts'
import { arrays, CheckedState, damaged, PageTable, RowDigest, rowOf, STATE } from './checked-rows.ts'
import { Dictionary } from './dictionary.ts'
import { documentChecksum, whereOfDocument } from './document-table.ts'
import { rowChecksum } from './row-checksum.ts'
import { signalColumnsOf, whereOfSignals } from './signal-page.ts'

/** Problems that a check names at most. */
const MAX_PROBLEMS = 100

/** Reads all that is kept and proves every checksum and the digest over all rows; what is damaged, in words. Nothing when sound. */
export function damageOf(database: DatabaseSync): string[] {
  const problems: string[] = []
  const attempt = (work: () => void): void => {
    try {
      work()
    } catch (thrown) {
      if (problems.length < MAX_PROBLEMS) problems.push(messageOf(thrown))
    }
  }
  attempt(() => {
    const answers = arrays(database, `PRAGMA quick_check(${MAX_PROBLEMS})`).all().map((answer) => String(rowOf(answer)[0]))
    problems.push(...answers.filter((answer) => answer !== 'ok').map((answer) => `SQLite: ${answer}`))
  })
  attempt(() => checkRows(database, problems))
  return problems
}

function checkRows(database: DatabaseSync, problems: string[]): void {
  const digest = new RowDigest()
  const note = (isRight: boolean, checksum: unknown, where: () => string): void => {
    if (isRight && typeof checksum === 'number') digest.replaced(undefined, checksum)
    else if (problems.length < MAX_PROBLEMS) problems.push(damaged(where()).message)
  }
  for (const [table, where] of [['asset_pages', whereOfAssets], ['signal_pages', whereOfSignals]] as const) {
    for (const answer of arrays(database, `SELECT page, json, checksum FROM ${table}`).iterate()) {
      const [page, json, checksum] = rowOf(answer)
      note(rowChecksum(table, Number(page), String(json)) === checksum, checksum, () => where(Number(page)))
    }
  }
  for (const answer of arrays(database, 'SELECT kind, key, json, checksum FROM documents').iterate()) {
    const [kind, key, json, checksum] = rowOf(answer)
    note(documentChecksum(String(kind), String(key), String(json)) === checksum, checksum, () => whereOfDocument(kind, key))
  }
  const state = new CheckedState(database)
  const kept = STATE.map((what) => [what, state.get(what)] as const)
  const { rows, digest: sum } = Object.fromEntries(kept) as Record<(typeof STATE)[number], number>
  if (problems.length === 0 && (rows !== digest.rows || sum !== digest.sum)) problems.push(`registry: ${digest.rows} rows are there, not the ${rows} that were written, or some are older than they should be`)
}

/** What contradicts itself in a registry whose rows are sound: orphans, paths and names that are used twice, wrong counts. */
export function contradictionsOf(database: DatabaseSync): string[] {
  const problems: string[] = []
  const note = (problem: string): void => void (problems.length < MAX_PROBLEMS && problems.push(problem))
  const counts = new Map<number, number>()
  for (const { asset, count, twice } of signalsByAsset(database)) {
    counts.set(asset, count)
    for (const name of twice) note(`signal name "${name}" is used twice by asset ${asset}`)
  }
  const paths = new Set<string>()
  for (const { page, json } of pagesOf(new PageTable(database, 'asset_pages', whereOfAssets))) {
    for (const { asset, signals } of decodeAssetPage(json, page).values()) {
      if (paths.has(asset.path)) note(`path "${asset.path}" names two assets (${asset.id} is one)`)
      paths.add(asset.path)
      if ((counts.get(asset.id) ?? 0) !== signals) note(`asset ${asset.id} should have ${signals} signals and has ${counts.get(asset.id) ?? 0}`)
      counts.delete(asset.id)
    }
  }
  for (const [asset, signals] of counts) note(`${signals} signals belong to asset ${asset}, which is not there`)
  return problems
}

/** Room for the ids of names in one number with the asset's. */
const NAME_IDS = 2 ** 22

/** The signals of each asset: their count and names that stand twice. Sorting numbers takes a tenth of what a set of millions of texts does. */
function* signalsByAsset(database: DatabaseSync): Generator<{ readonly asset: number; readonly count: number; readonly twice: readonly string[] }> {
  const names = new Dictionary<string>((name) => name)
  const keys: number[] = []
  for (const { page, json } of pagesOf(new PageTable(database, 'signal_pages', whereOfSignals))) {
    const { assets, shape, shapes } = signalColumnsOf(json, page)
    const nameIds = shapes.map(({ name }) => names.indexOf(name) % NAME_IDS)
    for (let i = 0; i < assets.length; i++) keys.push((assets[i] as number) * NAME_IDS + (nameIds[shape[i] as number] as number))
  }
  const sorted = Float64Array.from(keys).sort()
  for (let at = 0; at < sorted.length; ) {
    const asset = Math.floor((sorted[at] as number) / NAME_IDS)
    const begin = at
    const twice: string[] = []
    for (; at < sorted.length && Math.floor((sorted[at] as number) / NAME_IDS) === asset; at++) {
      if (at > begin && sorted[at] === sorted[at - 1]) twice.push(names.values[(sorted[at] as number) % NAME_IDS] ?? '')
    }
    yield { asset, count: at - begin, twice }
  }
}

function* pagesOf(table: PageTable): Generator<{ readonly page: number; readonly json: string }> {
  for (let at = table.next(-1); at !== undefined; at = table.next(at.page)) yield at
}

/** Throws CORRUPT_FILE, naming what is damaged, unless all is sound. */
export function requireSound(database: DatabaseSync, file: string): void {
  const problems = damageOf(database)
  if (problems.length === 0) return
  throw new MillwrightError('CORRUPT_FILE', `registry ${file} is damaged: ${problems.slice(0, 3).join('; ')}`, { detail: { file, problems } })
}
