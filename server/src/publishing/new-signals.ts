import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { JournalRecord } from '../journal/journal.ts'
import type { Clock } from '../kernel/clock.ts'
import { pause } from '../kernel/pause.ts'

/** Between two questions about new signals, and how long an answer is awaited. */
export const ASK_MS = 1_000

/** Notices samples of signals that were made after the last answer about what is published: ids of series grow, and none is used twice. */
export class NewSignals {
  readonly #clock: Clock
  readonly #ask: (series: SeriesId) => void
  #knownUpTo = 0
  #askedMs = -Infinity
  #answered: (() => void) | undefined

  constructor(clock: Clock, ask: (series: SeriesId) => void) {
    this.#clock = clock
    this.#ask = ask
  }

  /** All series up to this one are known. */
  known(upTo: SeriesId): void {
    this.#knownUpTo = Math.max(this.#knownUpTo, upTo)
    this.#answered?.()
  }

  /** Waits until it is known whether the newest signals among the records are published: what comes of them must not pass by unseen. */
  async learn(records: readonly JournalRecord[], stop: AbortSignal): Promise<void> {
    const series = highestSeries(records)
    if (series <= this.#knownUpTo) return
    await pause(this.#askedMs + ASK_MS - this.#clock.monotonicMs(), stop)
    if (series <= this.#knownUpTo || stop.aborted) return
    this.#askedMs = this.#clock.monotonicMs()
    const answer = Promise.withResolvers<void>()
    this.#answered = answer.resolve
    const late = setTimeout(answer.resolve, ASK_MS)
    stop.addEventListener('abort', () => answer.resolve(), { once: true, signal: AbortSignal.timeout(2 * ASK_MS) })
    this.#ask(series)
    await answer.promise
    clearTimeout(late)
  }
}

function highestSeries(records: readonly JournalRecord[]): SeriesId {
  let highest = 0
  for (const { entry } of records) {
    if (entry.kind !== 'samples') continue
    const { numbers, texts } = entry.batch
    for (let at = 0; at < numbers.length; at++) highest = Math.max(highest, numbers.series[at] as number)
    for (let at = 0; at < texts.length; at++) highest = Math.max(highest, texts.series[at] as number)
  }
  return highest
}
