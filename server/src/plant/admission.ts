import { severityOf, Status } from '@millwright/model/quality.ts'
import type { NumberColumns, SampleBatch, SeriesId } from '@millwright/model/sample-batch.ts'
import { AHEAD_LIMIT_US, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { IngestCounters } from './ingest-counters.ts'

/** A sample that arrives this long after its own time counts as late. */
export const LATE_AFTER_US = US_PER_MINUTE
/** And this long after it as backfilled: a gateway's buffer after a cut, or a past that somebody sent in. It is no sign of a slow line. */
export const BACKFILLED_AFTER_US = 10 * US_PER_MINUTE
/** Within a deadband a sample is still kept when the last kept one is this old, so that "no change" can be told from "no data". */
export const DEADBAND_SILENCE_US = 10 * US_PER_MINUTE

/** What admission asks of the live values. */
interface NewestTimes {
  /** Time of the newest sample of a series, negative when it has none. */
  timeUs(series: SeriesId): number
}

/** What admission asks of the plant model. */
interface Deadbands {
  /** The deadband of a series in its signal's unit; `NaN` or 0 keeps every sample. */
  deadband(series: SeriesId): number
}

/** The last sample that was kept of a signal with a deadband. */
interface Kept {
  timeUs: number
  value: number
  status: number
}

/**
 * The last look at samples before they are written: flags times far ahead, counts late and repeated ones, and leaves out numbers that lie within their signal's deadband.
 */
export class Admission {
  readonly #counters: IngestCounters
  readonly #newest: NewestTimes
  readonly #deadbands: Deadbands
  readonly #kept = new Map<SeriesId, Kept>()

  constructor(counters: IngestCounters, newest: NewestTimes, deadbands: Deadbands) {
    this.#counters = counters
    this.#newest = newest
    this.#deadbands = deadbands
  }

  /** Looks at a batch that was received at `receivedUs`, changing it in place. Answers how many of its numbers stay. */
  admit(batch: SampleBatch, nowUs: number): number {
    this.#look(batch.numbers, nowUs)
    this.#look(batch.texts, nowUs)
    this.#look(batch.waveforms, nowUs)
    return this.#thin(batch.numbers)
  }

  #look(columns: Pick<NumberColumns, 'length' | 'series' | 'timesUs' | 'status'>, nowUs: number): void {
    const { length, series, timesUs, status } = columns
    const ahead = nowUs + AHEAD_LIMIT_US
    const late = nowUs - LATE_AFTER_US
    const backfilled = nowUs - BACKFILLED_AFTER_US
    const counters = this.#counters
    for (let i = 0; i < length; i++) {
      const timeUs = timesUs[i] as number
      if (timeUs > ahead) {
        counters.ahead++
        if (severityOf(status[i] as number) === 'good') status[i] = Status.uncertain
      } else if (timeUs < backfilled) counters.backfilled++
      else if (timeUs < late) counters.late++
      const newestUs = this.#newest.timeUs(series[i] as number)
      if (timeUs < newestUs) counters.outOfOrder++
      else if (timeUs === newestUs) counters.repeated++
    }
  }

  #thin(numbers: NumberColumns): number {
    const { length, series, timesUs, values, status } = numbers
    let to = 0
    for (let i = 0; i < length; i++) {
      const id = series[i] as number
      const deadband = this.#deadbands.deadband(id)
      if (deadband > 0 && this.#isWithin(id, deadband, numbers, i)) continue
      if (to !== i) {
        series[to] = id
        timesUs[to] = timesUs[i] as number
        values[to] = values[i] as number
        status[to] = status[i] as number
      }
      to++
    }
    this.#counters.withinDeadband += length - to
    return to
  }

  /** Late samples are always kept: what lies around them is not known here. */
  #isWithin(series: SeriesId, deadband: number, numbers: NumberColumns, i: number): boolean {
    const timeUs = numbers.timesUs[i] as number
    const value = numbers.values[i] as number
    const status = numbers.status[i] as number
    const kept = this.#kept.get(series)
    if (kept === undefined) {
      this.#kept.set(series, { timeUs, value, status })
      return false
    }
    if (timeUs < kept.timeUs) return false
    const isSame = Math.abs(value - kept.value) < deadband && status === kept.status
    if (isSame && timeUs - kept.timeUs < DEADBAND_SILENCE_US) return true
    kept.timeUs = timeUs
    kept.value = value
    kept.status = status
    return false
  }
}
