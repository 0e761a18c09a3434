import { MillwrightError, messageOf } from './error.ts'
import type { Log } from './log.ts'

/** A part of the running program. */
export interface Part {
  readonly name: string
  start?(): Promise<void> | void
  /** Called once, also after a start that failed half-way in a later part. It should settle soon; the deadline does not wait. */
  stop(): Promise<void> | void
}

export interface StopReport {
  /** Parts whose stop failed, with why. */
  readonly failed: readonly { readonly name: string; readonly message: string }[]
  /** The part that had not stopped when the deadline came; those below it were not stopped at all. */
  readonly late: string | undefined
}

/** How long a clean stop may take: what Ctrl-C promises. */
export const STOP_DEADLINE_MS = 5_000

/**
 * Starts parts in their order and stops them in reverse, each before the ones that it stands on. A start that fails
 * stops what had been started.
 */
export class Lifecycle {
  readonly #log: Log
  readonly #started: Part[] = []
  #stopping: Promise<StopReport> | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Starts a part on top of those that run. When it fails, all are stopped and the failure is thrown. */
  async start(part: Part): Promise<void> {
    if (this.#stopping !== undefined) throw new MillwrightError('STOPPING', `${part.name} is not started: Millwright is stopping`)
    try {
      await part.start?.()
    } catch (thrown) {
      await this.stop()
      throw thrown
    }
    if (this.#stopping === undefined) this.#started.push(part)
    // Stop was asked for while this part was starting: the ones below wait for no one, so it goes at once.
    else await part.stop()
  }

  /** Stops all parts, once; later calls get the same report. */
  stop(deadlineMs: number = STOP_DEADLINE_MS): Promise<StopReport> {
    this.#stopping ??= this.#stop(deadlineMs)
    return this.#stopping
  }

  async #stop(deadlineMs: number): Promise<StopReport> {
    const failed: { name: string; message: string }[] = []
    let current: string | undefined
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<'late'>((settle) => {
      timer = setTimeout(() => settle('late'), deadlineMs)
    })
    const all = async (): Promise<'done'> => {
      for (const part of this.#started.toReversed()) {
        current = part.name
        try {
          await part.stop()
        } catch (thrown) {
          failed.push({ name: part.name, message: messageOf(thrown) })
          this.#log.error({ part: part.name, err: thrown }, 'could not stop cleanly')
        }
      }
      return 'done'
    }
    const outcome = await Promise.race([all(), deadline])
    clearTimeout(timer)
    if (outcome === 'late') this.#log.error({ part: current, deadlineMs }, 'did not stop in time')
    return { failed, late: outcome === 'late' ? current : undefined }
  }
}
