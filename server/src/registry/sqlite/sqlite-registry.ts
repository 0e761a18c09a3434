import type { Asset } from '@millwright/model/asset.ts'
import type { Signal } from '@millwright/model/signal.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AssetColumns, Registry, RegistryChange, SignalColumns } from '../registry.ts'
import { assetColumnsOf, assetsOf } from './asset-page.ts'
import type { Recovery } from './recover.ts'
import type { OpeningReport, PagePiece } from './registry-database.ts'
import { RegistryThread, type Ask } from './registry-thread.ts'
import type { Migration } from './schema.ts'
import { signalColumnsOf, signalsOf } from './signal-page.ts'
import { StandbySchedule } from './standby-schedule.ts'

/** Where a registry file is and what opening it needs. */
export interface SqliteRegistryOptions {
  readonly file: string
  readonly clock: Clock
  readonly log: Log
  /** Told when the file was damaged and its copy took its place; it is also logged. */
  readonly onRecovery?: (recovery: Recovery) => void
  /** The steps to bring the file to; other than the built-in ones in tests only. */
  readonly migrations?: readonly Migration[]
}

/** Changes that go to the thread in one message: handing them over takes the main thread some 2 ms. */
const CHANGES_A_MESSAGE = 1_000

/**
 * Opens the registry in one SQLite file, which is made if missing. A damaged file is set aside and its copy used. Rejects with CORRUPT_FILE (no sound copy
 * either), UNSUPPORTED (a newer form, or somebody else's file), DISK_FAILED, FOLDER_IN_USE.
 */
export async function openSqliteRegistry(options: SqliteRegistryOptions): Promise<Registry> {
  const { file, clock, log, migrations } = options
  const thread = new RegistryThread({ file, nowUs: clock.nowUs(), migrations })
  const { copy, recovery } = (await thread.inTurn((ask) => openOrClose(ask))) as OpeningReport
  if (copy !== undefined) log.info({ file, copy }, 'registry was brought to a newer form; a copy was kept')
  if (recovery !== undefined) {
    const { problems, setAside, copiedAtUs } = recovery
    const copiedAt = new Date(copiedAtUs / 1000).toISOString()
    log.error({ file, setAside, problems, copiedAt }, `the plant model's file was damaged and is set aside; the copy of ${copiedAt} is used. What was changed since is missing: make it again, or restore a newer backup ("millwright restore")`)
    options.onRecovery?.(recovery)
  }
  const registry = new SqliteRegistry(thread, options)
  await registry.ensureStandby()
  return registry
}

async function openOrClose(ask: Ask): Promise<unknown> {
  try {
    return await ask({ op: 'open' })
  } catch (thrown) {
    await ask({ op: 'close' })
    throw thrown
  }
}

class SqliteRegistry implements Registry {
  readonly #thread: RegistryThread
  readonly #file: string
  readonly #standby: StandbySchedule
  #isClosed = false

  constructor(thread: RegistryThread, { file, log }: SqliteRegistryOptions) {
    this.#thread = thread
    this.#file = file
    this.#standby = new StandbySchedule(async () => {
      try {
        return await this.#copyToStandby(false)
      } catch (thrown) {
        log.error({ file, reason: messageOf(thrown) }, 'no copy of the plant model could be made; the one before is kept')
        return 0
      }
    })
  }

  /** Makes the first copy. */
  async ensureStandby(): Promise<void> {
    if (this.#file === ':memory:') return
    await this.#copyToStandby(true)
  }

  async #copyToStandby(ifMissing: boolean): Promise<number> {
    return Number(await this.#thread.inTurn((ask) => ask({ op: 'standby', ifMissing })))
  }

  /** Parents before children: level by level, which reads the pages once for each level that there is. */
  async *assets(): AsyncGenerator<readonly Asset[]> {
    for (let depth = 1, deeper = true; deeper; depth++) {
      deeper = false
      for await (const columns of this.assetColumns()) {
        const piece: Asset[] = []
        for (const asset of assetsOf(columns)) {
          const names = asset.path.split('/').length
          if (names === depth) piece.push(asset)
          else if (names > depth) deeper = true
        }
        if (piece.length > 0) yield piece.sort((a, b) => (a.path < b.path ? -1 : 1))
      }
    }
  }

  async *signals(): AsyncGenerator<readonly Signal[]> {
    for await (const columns of this.signalColumns()) yield signalsOf(columns)
  }

  async *assetColumns(): AsyncGenerator<AssetColumns> {
    for await (const { page, json } of this.#pages('assets')) yield assetColumnsOf(json, page)
  }

  async *signalColumns(): AsyncGenerator<SignalColumns> {
    for await (const { page, json } of this.#pages('signals')) yield signalColumnsOf(json, page)
  }

  async documents(kind: string): Promise<ReadonlyMap<string, string>> {
    this.#refuseClosed()
    return new Map((await this.#thread.inTurn((ask) => ask({ op: 'documents', kind }))) as [string, string][])
  }

  async highestIds(): Promise<{ readonly asset: number; readonly series: number }> {
    this.#refuseClosed()
    return (await this.#thread.inTurn((ask) => ask({ op: 'highestIds' }))) as { asset: number; series: number }
  }

  async apply(changes: readonly RegistryChange[]): Promise<void> {
    this.#refuseClosed()
    if (changes.length === 0) return
    await this.#thread.inTurn(async (ask) => {
      for (let from = 0; from < changes.length; from += CHANGES_A_MESSAGE) {
        await ask({ op: 'write', changes: changes.slice(from, from + CHANGES_A_MESSAGE), isLast: from + CHANGES_A_MESSAGE >= changes.length })
      }
    })
    this.#standby.noteChanges(changes.length)
  }

  async verify(): Promise<readonly string[]> {
    this.#refuseClosed()
    return (await this.#thread.inTurn((ask) => ask({ op: 'verify' }))) as string[]
  }

  async backup(file: string): Promise<void> {
    this.#refuseClosed()
    await this.#thread.inTurn((ask) => ask({ op: 'backup', file }))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#standby.stop()
    await this.#thread.inTurn((ask) => ask({ op: 'close' }))
  }

  // The next piece is read by the thread while this one is worked on.
  async *#pages(what: 'assets' | 'signals'): AsyncGenerator<{ readonly page: number; readonly json: string }> {
    this.#refuseClosed()
    const read = async (after: number): Promise<PagePiece> => (await this.#thread.inTurn((ask) => ask({ op: 'pages', what, after }))) as PagePiece
    let coming: Promise<PagePiece> | undefined = read(-1)
    while (coming !== undefined) {
      const { pages, json, next }: PagePiece = await coming
      coming = next === undefined ? undefined : read(next)
      // Whoever stops listening does not hear of its failure.
      coming?.catch(() => undefined)
      for (const [index, page] of pages.entries()) yield { page, json: json[index] ?? '' }
    }
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new MillwrightError('STOPPING', `registry ${this.#file} is closed`)
  }
}
