import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { Historian } from '../historian.ts'
import { endsAppends, endsDatabase, lacksMemory } from './duck-error.ts'

/** After a failed attempt to open, calls are refused for so long before the next one is made. */
const PAUSE_MS = 1_000
/** Appends that find no memory for so long will not find any: what holds it is given back by opening the database again. A large compaction ends before. */
const STARVED_MS = 30_000

/** What a recovering historian needs. */
export interface RecoveringParts {
  open(): Promise<Historian>
  readonly clock: Clock
  readonly log: Log
}

/**
 * Opens a historian that is closed and opened again, in place, when its database refuses all further work: DuckDB does so after a write that failed
 * half-way, such as a checkpoint on a full disk. What was committed is there again then; where the file turns out to be damaged, {@link Historian.position}
 * goes back and the journal gives again what was lost.
 */
export async function openRecovering(parts: RecoveringParts): Promise<Historian> {
  const { clock, log } = parts
  let current = await parts.open()
  let isBroken = false
  let isClosed = false
  let opening: Promise<void> | undefined
  let failed: { readonly atMs: number; readonly error: unknown } | undefined
  let starvedMs: number | undefined
  let catalogue: Parameters<Historian['setCatalogue']> | undefined

  async function reopen(): Promise<void> {
    if (failed !== undefined && clock.monotonicMs() - failed.atMs < PAUSE_MS) throw failed.error
    try {
      await current.close()
      const next = await parts.open()
      current = next
      isBroken = false
      failed = undefined
      if (catalogue !== undefined) await next.setCatalogue(...catalogue)
      log.warn({ position: next.position() }, 'the history was opened again and goes on')
    } catch (thrown) {
      if (failed === undefined) log.error({ reason: messageOf(thrown) }, 'the history cannot be opened again; it is tried until it can')
      failed = { atMs: clock.monotonicMs(), error: thrown }
      throw thrown
    }
  }

  async function usable(): Promise<Historian> {
    if (isClosed) throw new MillwrightError('STOPPING', 'the historian is closed')
    if (isBroken) await (opening ??= reopen().finally(() => (opening = undefined)))
    return current
  }

  /** Lets {@link usable} replace `historian`, unless that was done already. */
  function giveUp(historian: Historian, thrown: unknown): void {
    if (historian !== current || isBroken) return
    isBroken = true
    log.error({ reason: messageOf(thrown) }, 'the history database refuses further work; it is opened again')
  }

  /** Whether appends have found no memory for {@link STARVED_MS}, each of them. */
  function isStarved(thrown: unknown): boolean {
    if (!lacksMemory(thrown)) return false
    starvedMs ??= clock.monotonicMs()
    return clock.monotonicMs() - starvedMs >= STARVED_MS
  }

  /** Runs a call; what failed only because the database had ended is run once more on the new one. */
  async function call<T>(run: (historian: Historian) => Promise<T>): Promise<T> {
    const historian = await usable()
    try {
      return await run(historian)
    } catch (thrown) {
      if (!endsDatabase(thrown) || isClosed) throw thrown
      giveUp(historian, thrown)
    }
    return run(await usable())
  }

  /** Never stored twice, nor behind a gap: the caller asks for the position again. */
  async function append(input: Parameters<Historian['append']>[0]): Promise<void> {
    const position = current.position()
    const historian = await usable()
    if (historian.position() !== position) throw new MillwrightError('OVERLOADED', 'the history was opened again and goes on from its position')
    try {
      await historian.append(input)
      starvedMs = undefined
    } catch (thrown) {
      if ((endsAppends(thrown) || isStarved(thrown)) && !isClosed) {
        starvedMs = undefined
        giveUp(historian, thrown)
        usable().catch(() => undefined)
      }
      throw thrown
    }
  }

  return {
    append,
    position: () => current.position(),
    coldPosition: () => current.coldPosition(),
    readSamples: (...args) => call((historian) => historian.readSamples(...args)),
    readMany: (...args) => call((historian) => historian.readMany(...args)),
    readWaveforms: (...args) => call((historian) => historian.readWaveforms(...args)),
    readPlot: (...args) => call((historian) => historian.readPlot(...args)),
    readAggregates: (...args) => call((historian) => historian.readAggregates(...args)),
    readLast: (...args) => call((historian) => historian.readLast(...args)),
    async setCatalogue(...args) {
      catalogue = args
      return call((historian) => historian.setCatalogue(...args))
    },
    sql: (...args) => call((historian) => historian.sql(...args)),
    exportParquet: (...args) => call((historian) => historian.exportParquet(...args)),
    compact: () => call((historian) => historian.compact()),
    applyRetention: (...args) => call((historian) => historian.applyRetention(...args)),
    verify: () => call((historian) => historian.verify()),
    backup: (...args) => call((historian) => historian.backup(...args)),
    status: () => call((historian) => historian.status()),
    async close() {
      isClosed = true
      await opening?.catch(() => undefined)
      await current.close()
    },
  }
}
