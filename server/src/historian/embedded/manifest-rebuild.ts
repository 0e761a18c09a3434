import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { messageOf } from '../../kernel/error.ts'
import { type ColdFile, parseFileName } from './cold-file.ts'
import { checksum } from './durable-file.ts'
import { EMPTY_MANIFEST, type Manifest } from './manifest.ts'
import type { Quarantine } from './quarantine.ts'
import { TABLES, type Table } from './tables.ts'

type NamedFile = Pick<ColdFile, 'table' | 'day' | 'low' | 'high' | 'revision' | 'slice' | 'slices'>

/** What must be known of a file besides its name. */
export type Examine = (place: string, table: Table) => Promise<Pick<ColdFile, 'rows' | 'minSeries' | 'maxSeries' | 'minUs' | 'maxUs'> & { readonly position: number }>

/**
 * Makes the manifest anew from the names and footers of the files in the folder. Rollups are left out; they are made again.
 * `recentLow` is the oldest generation that the recent store still holds: files of it or later ones may be incomplete and are
 * written again, so they are not taken.
 */
export async function rebuildManifest(folder: string, quarantine: Quarantine, examine: Examine, recentLow: number | undefined): Promise<Manifest> {
  const named = (await listFiles(folder)).filter((file) => recentLow === undefined || file.high < recentLow)
  const files: ColdFile[] = []
  let position = 0
  for (const file of current(named)) {
    const place = path.join(folder, file.table, file.name)
    try {
      const { position: behind, ...facts } = await examine(place, file.table)
      const { name: _, ...key } = file
      files.push({ ...key, ...facts, ...(await checksum(place)) })
      position = Math.max(position, behind)
    } catch (thrown) {
      await quarantine.take(place, `found unreadable while the manifest was rebuilt: ${messageOf(thrown)}`)
    }
  }
  const flushed = recentLow === undefined ? files.reduce((highest, file) => Math.max(highest, file.high), 0) : recentLow - 1
  const revision = named.reduce((highest, file) => Math.max(highest, file.revision), 0)
  return { ...EMPTY_MANIFEST, files, flushed, position, revision: revision + 1 }
}

async function listFiles(folder: string): Promise<(NamedFile & { readonly name: string })[]> {
  const found: (NamedFile & { readonly name: string })[] = []
  for (const table of TABLES) {
    const names = await readdir(path.join(folder, table), { recursive: true }).catch(() => [])
    for (const name of names) {
      const parsed = parseFileName(name)
      if (parsed !== undefined) found.push({ table, name, ...parsed })
    }
  }
  return found
}

/**
 * Of the runs found on disk those that count. A merge leaves its inputs behind when it is interrupted, and its own output
 * may be incomplete: a run gives way to a complete run whose generations include its own.
 */
function current<F extends NamedFile>(files: readonly F[]): F[] {
  const runs = Map.groupBy(files, (file) => `${file.table} ${file.day} ${file.low} ${file.high}`)
  const list = [...runs.values()].flatMap((all) => {
    const slices = newest(all)
    const first = slices[0]
    return first === undefined ? [] : [{ first, slices, complete: slices.length === first.slices }]
  })
  const gone = new Set<(typeof list)[number]>()
  for (const outer of list) {
    for (const inner of list) {
      if (outer === inner || outer.first.table !== inner.first.table || outer.first.day !== inner.first.day) continue
      if (outer.first.low > inner.first.low || outer.first.high < inner.first.high) continue
      const wider = outer.first.low < inner.first.low || outer.first.high > inner.first.high
      if (!wider) continue
      gone.add(outer.complete ? inner : outer)
    }
  }
  return list.filter((run) => !gone.has(run)).flatMap((run) => run.slices)
}

/** Retention writes single slices of a run again: of each the last one counts. */
function newest<F extends NamedFile>(files: readonly F[]): F[] {
  return [...Map.groupBy(files, (file) => file.slice).values()].flatMap((versions) => versions.toSorted((a, b) => b.revision - a.revision).slice(0, 1))
}
