import type { JournalPosition, JournalReader } from '../journal/journal.ts'
import { messageOf } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import { readLiveSnapshot, writeLiveSnapshot } from './live-snapshot.ts'
import { LiveValues } from './live-values.ts'

/** The consumer's name in the journal. */
export const LIVE_CONSUMER = 'live-values'

/** Journal read in one go while the live values are brought up to date. */
const PASS_BYTES = 1024 * 1024
/** The most journal that is read for it; what lies before would be older than what history's answers show anyway. */
const MAX_REPLAY_BYTES = 512 * 1024 * 1024

/** Keeps the live values over restarts: a snapshot with a journal position, and the journal behind it. */
export class LiveKeeper {
  readonly #file: string
  readonly #live: LiveValues
  readonly #log: Log
  #savedPosition: JournalPosition = -1
  #isReplayed = false

  private constructor(file: string, live: LiveValues, log: Log) {
    this.#file = file
    this.#live = live
    this.#log = log
  }

  /** Loads the snapshot, if there is a sound one. */
  static async open(file: string, live: LiveValues, log: Log): Promise<LiveKeeper> {
    const keeper = new LiveKeeper(file, live, log)
    const snapshot = await readLiveSnapshot(file)
    if (snapshot !== undefined) {
      live.load(snapshot.columns)
      keeper.#savedPosition = snapshot.position
    }
    return keeper
  }

  /**
   * Reads the journal from the snapshot to `head`. It may run while new samples come in: theirs are newer, and an older one
   * changes nothing. Never rejects.
   */
  async replay(reader: JournalReader, head: JournalPosition): Promise<void> {
    try {
      let at = Math.max(this.#savedPosition, head - MAX_REPLAY_BYTES, 0)
      while (at < head) {
        const { records, next } = await reader.read(at, PASS_BYTES)
        if (next <= at) break
        for (const { entry } of records) if (entry.kind === 'samples') this.#live.catchUp(entry.batch)
        at = next
        await new Promise((resolve) => setImmediate(resolve))
      }
      this.#isReplayed = true
    } catch (thrown) {
      this.#log.error({ err: thrown }, `live values are incomplete until their next sample: ${messageOf(thrown)}`)
    } finally {
      await reader.close()
    }
  }

  /** Writes a snapshot of the live values, which hold all before `position`; answers the position from which the journal is still needed. */
  async save(position: JournalPosition): Promise<JournalPosition> {
    if (position === this.#savedPosition || !this.#isReplayed) return this.#savedPosition
    await writeLiveSnapshot(this.#file, { position, columns: this.#live.dump() })
    this.#savedPosition = position
    return position
  }
}
