import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { MillwrightError } from '../../kernel/error.ts'
import { type ColdFile, dayOf, filePath, mayHold, ROLLUPS, type Rollup } from './cold-file.ts'
import { checksum, syncFolder } from './durable-file.ts'
import { loadManifest, type Manifest, saveManifest } from './manifest.ts'
import type { Quarantine } from './quarantine.ts'
import { TABLES, type Table } from './tables.ts'
import { Turn } from './turn.ts'

/** Companions of files whose checksums are looked at together, when a long plot needs them for the first time. */
const CHECKED_AT_ONCE = 8

/** A change of the cold store, made visible and durable in one step. */
export interface ColdChange {
  readonly add: readonly ColdFile[]
  readonly remove: readonly ColdFile[]
  readonly flushed?: { readonly generation: number; readonly position: number }
  /** Set where samples go for good: `add` does not hold all that `remove` did. */
  readonly loses?: boolean
}

/** The Parquet files and what is known of them. */
export class ColdStore {
  readonly folder: string
  readonly #quarantine: Quarantine
  #manifest: Manifest
  #byDay = new Map<Table, Map<number, ColdFile[]>>()
  readonly #publishing = new Turn()
  /** At which revision of the manifest a file came since the start. */
  readonly #cameAt = new WeakMap<ColdFile, number>()
  #losses = 0
  /** Files whose checksum was found right since the start. */
  readonly #sound = new Set<string>()
  /** Checks under way, so that who needs the same file meanwhile does not read it again. */
  readonly #checking = new Map<string, Promise<boolean>>()

  private constructor(folder: string, quarantine: Quarantine, manifest: Manifest) {
    this.folder = folder
    this.#quarantine = quarantine
    this.#manifest = manifest
    this.#index()
  }

  /** Opens the folder; `rebuild` makes a manifest where there is none that can be trusted. */
  static async open(folder: string, quarantine: Quarantine, rebuild: () => Promise<Manifest>): Promise<ColdStore> {
    await mkdir(folder, { recursive: true })
    let manifest = await loadManifest(folder)
    if (manifest === 'absent' || 'problem' in manifest) {
      if (manifest !== 'absent') await quarantine.take(path.join(folder, 'manifest.json'), manifest.problem)
      manifest = await rebuild()
      await saveManifest(folder, manifest)
    }
    const store = new ColdStore(folder, quarantine, manifest)
    await store.#reconcile()
    return store
  }

  get manifest(): Manifest {
    return this.#manifest
  }

  get files(): readonly ColdFile[] {
    return this.#manifest.files
  }

  /** How often samples were lost or deleted since the start: what was remembered of the files is void then. */
  get losses(): number {
    return this.#losses
  }

  /** Tells whether the file came after this revision of the manifest. */
  cameAfter(file: ColdFile, revision: number): boolean {
    return (this.#cameAt.get(file) ?? 0) > revision
  }

  /** The full path of a file or of one of its rollups. */
  pathOf(file: ColdFile, folder: Table | Rollup = file.table): string {
    return path.join(this.folder, filePath(file, folder))
  }

  /** The days of a table that have files, ascending. */
  days(table: Table): number[] {
    return [...(this.#byDay.get(table)?.keys() ?? [])].sort((a, b) => a - b)
  }

  /** The files of one day, in the order of writing. */
  filesOfDay(table: Table, day: number): readonly ColdFile[] {
    return this.#byDay.get(table)?.get(day) ?? []
  }

  /** The files that may hold samples of a series (or of those from it to `lastSeries`) in `[fromUs, toUs)`, by day, within a day in the order of writing. */
  filesFor(table: Table, series: number, fromUs: number, toUs: number, lastSeries = series): ColdFile[] {
    const days = this.#byDay.get(table)
    if (days === undefined) return []
    const first = dayOf(fromUs)
    const last = dayOf(toUs - 1)
    const found: ColdFile[] = []
    const take = (files: readonly ColdFile[]) => found.push(...files.filter((file) => mayHold(file, series, fromUs, toUs, lastSeries)))
    if (last - first < days.size) {
      for (let day = first; day <= last; day++) take(days.get(day) ?? [])
    } else {
      for (const day of this.days(table)) if (day >= first && day <= last) take(days.get(day) ?? [])
    }
    return found
  }

  /** Makes a change durable and visible. The added files must be in place and synced; removed ones stay on disk until {@link erase}. */
  publish(change: ColdChange): Promise<void> {
    return this.#publishing.take(() => this.#publish(change))
  }

  /** Forgets that these files were found whole, because reading them failed; the next use checks them again. */
  doubt(files: readonly ColdFile[]): void {
    for (const file of files) this.#sound.delete(this.pathOf(file))
  }

  async #publish(change: ColdChange): Promise<void> {
    const gone = new Set(change.remove)
    const next: Manifest = {
      ...this.#manifest,
      files: [...this.#manifest.files.filter((file) => !gone.has(file)), ...change.add],
      revision: this.#manifest.revision + 1,
      ...(change.flushed === undefined ? {} : { flushed: change.flushed.generation, position: change.flushed.position }),
    }
    await saveManifest(this.folder, next)
    this.#manifest = next
    this.#index()
    if (change.loses === true) this.#losses++
    for (const file of change.add) {
      this.#sound.add(this.pathOf(file))
      this.#cameAt.set(file, next.revision)
    }
  }

  /** Deletes files that no reader has in hand and that the manifest no longer names. */
  async erase(files: readonly ColdFile[]): Promise<void> {
    for (const file of files) {
      for (const folder of foldersOf(file)) {
        await rm(this.pathOf(file, folder), { force: true })
        this.#sound.delete(this.pathOf(file, folder))
      }
    }
  }

  /**
   * Of the given files those that are whole. A file is checked against its checksum on first use after a start; a
   * damaged one is set aside and left out from then on.
   */
  async sound(files: readonly ColdFile[]): Promise<readonly ColdFile[]> {
    if (files.every((file) => this.#sound.has(this.pathOf(file)))) return files
    const whole: ColdFile[] = []
    for (const file of files) if (await this.#isSound(file)) whole.push(file)
    return whole
  }

  /** Tells whether the rollups of all the files are whole; those of a damaged one are set aside and made again. */
  async soundRollups(files: readonly ColdFile[], rollup: Rollup): Promise<boolean> {
    let whole = true
    const unknown = files.filter((file) => !this.#sound.has(this.pathOf(file, rollup)))
    for (let from = 0; from < unknown.length; from += CHECKED_AT_ONCE) {
      const some = unknown.slice(from, from + CHECKED_AT_ONCE)
      const found = await Promise.all(some.map((file) => checksum(this.pathOf(file, rollup)).catch(() => undefined)))
      for (const [index, file] of some.entries()) {
        if (found[index] !== undefined && found[index].crc === file.rollups?.[rollup].crc) this.#sound.add(this.pathOf(file, rollup))
        else {
          whole = false
          await this.dropRollups(file, 'the file does not match its checksum; it is made again')
        }
      }
    }
    return whole
  }

  /** Sets a damaged file aside; the rest is served. */
  async discard(file: ColdFile, reason: string): Promise<void> {
    if (!this.#manifest.files.includes(file)) return
    await this.#quarantine.take(this.pathOf(file), reason)
    await this.publish({ add: [], remove: [file], loses: true })
    for (const folder of foldersOf(file)) await rm(this.pathOf(file, folder), { force: true })
  }

  /** Leaves a file's rollups out, because one is damaged; they are made again. */
  async dropRollups(file: ColdFile, reason: string): Promise<void> {
    if (!this.#manifest.files.includes(file)) return
    const { rollups: _, ...bare } = file
    await this.publish({ add: [bare], remove: [file] })
    for (const rollup of ROLLUPS) {
      this.#sound.delete(this.pathOf(file, rollup))
      await this.#quarantine.take(this.pathOf(file, rollup), reason)
    }
  }

  /** Creates the folder of a file, durably, and answers the file's full path. */
  async prepare(file: Parameters<typeof filePath>[0], folder: Table | Rollup): Promise<string> {
    const place = path.join(this.folder, filePath(file, folder))
    await mkdir(path.dirname(place), { recursive: true })
    await syncFolder(path.dirname(path.dirname(place)))
    return place
  }

  #isSound(file: ColdFile): Promise<boolean> {
    const place = this.pathOf(file)
    if (this.#sound.has(place)) return Promise.resolve(true)
    const known = this.#checking.get(place)
    if (known !== undefined) return known
    const checking = this.#check(file, place).finally(() => this.#checking.delete(place))
    this.#checking.set(place, checking)
    return checking
  }

  async #check(file: ColdFile, place: string): Promise<boolean> {
    if (!this.#manifest.files.includes(file)) return false
    const found = await checksum(place).catch((thrown: unknown) => String(thrown))
    if (typeof found === 'string') {
      // A missing file is damage; a disk that does not answer is not.
      if (!found.includes('ENOENT')) throw new MillwrightError('DISK_FAILED', `cannot read ${place}: ${found}`)
      await this.discard(file, 'the file is missing')
      return false
    }
    if (found.bytes !== file.bytes || found.crc !== file.crc) {
      await this.discard(file, `the file does not match its checksum: ${found.bytes} bytes, CRC ${found.crc}, expected ${file.bytes} and ${file.crc}`)
      return false
    }
    this.#sound.add(place)
    return true
  }

  #index(): void {
    this.#byDay = new Map()
    for (const file of this.#manifest.files) {
      const days = this.#byDay.get(file.table) ?? new Map<number, ColdFile[]>()
      this.#byDay.set(file.table, days)
      const files = days.get(file.day)
      if (files === undefined) days.set(file.day, [file])
      else files.push(file)
    }
    for (const days of this.#byDay.values()) {
      for (const files of days.values()) files.sort((a, b) => a.high - b.high || a.revision - b.revision || a.slice - b.slice)
    }
  }

  /** Sets missing files aside and deletes what an interrupted compaction left behind. */
  async #reconcile(): Promise<void> {
    const expected = new Set<string>()
    for (const file of this.#manifest.files) {
      const found = await stat(this.pathOf(file)).catch(() => undefined)
      if (found === undefined) await this.discard(file, 'the file is missing')
      else if (found.size !== file.bytes) await this.discard(file, `the file has ${found.size} bytes, expected ${file.bytes}`)
      else {
        expected.add(this.pathOf(file))
        if (file.rollups !== undefined) for (const rollup of ROLLUPS) expected.add(this.pathOf(file, rollup))
      }
    }
    for (const folder of [...TABLES, ...ROLLUPS]) {
      const names = await readdir(path.join(this.folder, folder), { recursive: true }).catch(() => [])
      for (const name of names) {
        const place = path.join(this.folder, folder, name)
        if (/\.parquet(\.tmp)?$/.test(name) && !expected.has(place)) await rm(place, { force: true })
      }
    }
  }
}

// Only numbers have rollups; a file of another table may have a name that one of theirs has.
function foldersOf(file: ColdFile): readonly (Table | Rollup)[] {
  return file.table === 'numbers' ? [file.table, ...ROLLUPS] : [file.table]
}
