import type { Log } from '../kernel/log.ts'
import type { EventLog } from './event-log.ts'

/** Share of the disk in use from which on people are warned. */
export const WARN_SHARE = 0.9
/** The warning ends below this, so that it does not come and go with every segment. */
const CALM_SHARE = 0.88

export interface DiskSpace {
  readonly freeBytes: number
  readonly totalBytes: number
}

export interface DiskWatchOptions {
  /** Space on the disk of the data folder. */
  readonly space: () => Promise<DiskSpace>
  readonly events: Pick<EventLog, 'record'>
  readonly log: Log
}

/** Tells people that the disk fills up while there is still time to do something: in the status, in the log and as an event. */
export class DiskWatch {
  readonly #options: DiskWatchOptions
  /** What is to be known now; undefined while there is space. */
  warning: string | undefined

  constructor(options: DiskWatchOptions) {
    this.#options = options
  }

  /** Looks once. Never rejects: where the space cannot be told, nothing changes. */
  async look(): Promise<void> {
    const { space, events, log } = this.#options
    const now = await space().catch(() => undefined)
    if (now === undefined || now.totalBytes <= 0) return
    const share = 1 - now.freeBytes / now.totalBytes
    if (share < (this.warning === undefined ? WARN_SHARE : CALM_SHARE)) {
      if (this.warning !== undefined) log.info('there is space on the disk again')
      this.warning = undefined
      return
    }
    const isNew = this.warning === undefined
    this.warning = `the disk is ${Math.floor(share * 100)} % full, ${Math.floor(now.freeBytes / 1_048_576)} MiB are free; when it is full, nothing is acknowledged any more`
    if (!isNew) return
    log.warn(this.warning)
    await events.record({ kind: 'disk.nearly-full', path: null, data: { ...now } })
  }
}
