import { Status } from '@millwright/model/quality.ts'
import { AHEAD_LIMIT_US, US_PER_DAY, US_PER_MS, US_PER_SECOND, usToMs } from '@millwright/model/time.ts'
import type { DriftState, WireDriftPart } from '@millwright/model/wire/drift.ts'
import { PresentSpread } from '../drift/present-spread.ts'
import { RareEpisodes } from '../drift/rare-episodes.ts'
import { quantileAt } from '../drift/drift-reference.ts'
import { AnomalyTracker } from '../runtime/anomaly-tracker.ts'
import { teachingOf } from '../runtime/asset-slot.ts'
import type { Teaching } from '../runtime/asset-watch.ts'
import type { SignalPart } from '../runtime/signal-parts.ts'
import type { AnomalyNews } from '../runtime/stream-messages.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { InputRows } from './input-rows.ts'
import { ScoreJudge } from './score-judge.ts'
import type { Followed, FollowedDrift, FollowedStatus, ModelOutputs } from './runner-messages.ts'
import { UsualInputs } from './usual-inputs.ts'
import type { Said } from './window-codec.ts'

/** Present time that drift looks at, and the least of it before it says anything, in device time. */
const DRIFT_MEMORY_US = 2 * US_PER_DAY
/** Windows that wait for their call at most; the journal is not read on while there are any. */
export const MAX_PENDING = 50_000
/** Without a sample for this long, time goes on without. */
const SILENCE_US = 30 * US_PER_SECOND
/** Told times of a shadow that are remembered. */
const MAX_TOLD = 200
/** Measured truths that are remembered, for what the model says a little later. */
const MAX_TRUTH = 1_000
const [KIND, VERSION] = ['followed-model', 1]

interface Pending {
  readonly endUs: number
  readonly window: Float64Array
}

/** One model on the stream: its rows, what waits to be judged by it, what it said, and how far its inputs have moved. */
export class FollowedModel {
  followed: Followed
  readonly rows: InputRows
  readonly stats = { calls: 0, failures: 0, timeouts: 0, skipped: 0, callUs: Number.NaN, trouble: '' }
  pending: Pending[] = []
  /** What is to be written. */
  readonly outputs: { timesUs: number[]; values: number[]; labels: (string | null)[]; status: number[] } = { timesUs: [], values: [], labels: [], status: [] }
  readonly news: AnomalyNews[] = []
  readonly #judge: ScoreJudge
  readonly #tracker: AnomalyTracker
  readonly #usual: UsualInputs
  readonly #spreads: (PresentSpread | undefined)[]
  readonly #score: PresentSpread | undefined
  readonly #closed: (endUs: number) => void
  readonly #episodes: RareEpisodes
  #teaching: Teaching
  #told: DriftState[] = []
  #toldUs: number[] = []
  #tally = { calls: 0, sinceUs: Number.NaN, difference: 0, differences: 0, error: 0, errors: 0 }
  #truth: { readonly timeUs: number; readonly value: number }[] = []
  #last: { readonly endUs: number; readonly said: Said; readonly pValue: number | undefined } | undefined
  #isMissing = false
  #newestUs = Number.NaN
  #newestSample = { timeUs: Number.NaN, nowMs: 0 }
  #beganUs = Number.NaN

  constructor(followed: Followed, driftHours: number) {
    this.followed = followed
    this.rows = new InputRows(followed.rows)
    const everyUs = followed.rows.stepUs * (followed.call?.contract.everyRows ?? 1)
    this.#judge = new ScoreJudge({ alarmsPerWeek: followed.alarmsPerWeek, everyUs })
    this.#tracker = new AnomalyTracker(followed.asset)
    this.#episodes = new RareEpisodes(everyUs)
    this.#usual = new UsualInputs(followed.series.length)
    this.#teaching = teachingOf(followed.taught)
    const spreadOf = (reference: Followed['scoreReference'], stepUs: number) =>
      reference === undefined ? undefined : new PresentSpread(reference, { memory: Math.max(500, DRIFT_MEMORY_US / stepUs), least: Math.max(100, (driftHours * 3_600_000_000) / stepUs) })
    this.#spreads = followed.references.map((reference) => spreadOf(reference, followed.rows.stepUs))
    this.#score = spreadOf(followed.scoreReference, everyUs)
    this.#closed = (endUs) => this.#close(endUs)
    if (followed.call?.judge !== undefined) this.#judge.restore(new StateReader(followed.call.judge, 'score-judge', 1))
  }

  /** Takes another place or other labels, and keeps what it knows. */
  become(followed: Followed): void {
    if (followed.role !== this.followed.role) this.#tally = { calls: 0, sinceUs: Number.NaN, difference: 0, differences: 0, error: 0, errors: 0 }
    this.followed = followed
    this.#teaching = teachingOf(followed.taught)
  }

  /** `nowMs`: when it is taken, by a clock that only goes forward. */
  add(index: number, timeUs: number, value: number, status: number, receivedUs: number, nowMs: number): void {
    if (!(timeUs <= this.#newestSample.timeUs) && timeUs <= receivedUs + AHEAD_LIMIT_US) this.#newestSample = { timeUs, nowMs }
    this.rows.add(index, timeUs, value, status, receivedUs, this.#closed)
  }

  truth(timeUs: number, value: number): void {
    if (Number.isNaN(value)) return
    this.#truth.push({ timeUs, value })
    if (this.#truth.length > 2 * MAX_TRUTH) this.#truth = this.#truth.slice(-MAX_TRUTH)
  }

  /** Tells that time goes on while no samples come, so that missing inputs are seen. By the machine's own clock, which may be wrong: only what passed since its last sample counts. */
  advance(nowMs: number): void {
    const { timeUs, nowMs: thenMs } = this.#newestSample
    if (!Number.isNaN(timeUs)) this.rows.advance(timeUs + (nowMs - thenMs) * US_PER_MS - SILENCE_US, this.#closed)
  }

  #close(endUs: number): void {
    if (Number.isNaN(this.#beganUs)) this.#beganUs = endUs
    this.#newestUs = endUs
    const row = this.rows.newest()
    for (const [at, spread] of this.#spreads.entries()) spread?.add(row[at] as number)
    const { call, rows } = this.followed
    if (call === undefined || Math.round(endUs / rows.stepUs) % call.contract.everyRows !== 0) return
    const window = new Float64Array(rows.rows * rows.inputs.length)
    if (this.rows.window(window, 0)) {
      this.#isMissing = false
      if (this.pending.length < MAX_PENDING) this.pending.push({ endUs, window })
      else this.stats.skipped++
    } else if (this.rows.isFull && !this.#isMissing) {
      this.#isMissing = true
      this.#give(endUs, Number.NaN, null, Status.badNoData)
    }
  }

  /** What the model says of the oldest waiting window. `champion`: what the champion of the same output said of the same time. */
  take({ endUs, window }: Pending, said: Said, champion: Said | undefined): void {
    const { call, role, output } = this.followed
    if (call === undefined) return
    this.stats.calls++
    this.#tally.calls++
    if (Number.isNaN(this.#tally.sinceUs)) this.#tally.sinceUs = endUs
    let pValue: number | undefined
    if (call.contract.output.means === 'anomaly_score') {
      const row = window.subarray(window.length - this.followed.series.length)
      this.#score?.add(said.value)
      const before = this.#judge.isAbnormal
      const judged = this.#judge.judge(endUs, said.value, this.#teaching.of(endUs))
      pValue = judged.pValue
      if (this.#judge.calibratedFromUs !== undefined && this.#teaching.of(endUs) !== 'exclude') this.#episodes.add(pValue)
      const parts = judged.step === 'quiet' ? [] : this.#usual.parts(row, this.followed.series)
      if (!before && !this.#judge.isAbnormal) this.#usual.learn(row)
      if (judged.step === 'begins' && role === 'shadow') this.#toldUs = [...this.#toldUs, endUs].slice(-MAX_TOLD)
      if (role === 'champion') this.#tell(endUs, judged.step, pValue, said.value, parts)
    } else if (call.contract.output.means === 'value') this.#score?.add(said.value)
    if (champion !== undefined && !Number.isNaN(champion.value)) {
      this.#tally.difference += Math.abs(said.value - champion.value)
      this.#tally.differences++
    }
    const truth = this.#truth.findLast(({ timeUs }) => timeUs < endUs)
    if (truth !== undefined && endUs - truth.timeUs <= 2 * this.followed.rows.stepUs && call.contract.output.means === 'value') {
      this.#tally.error += Math.abs(said.value - truth.value)
      this.#tally.errors++
    }
    this.#last = { endUs, said, pValue }
    if (role === 'champion' && output !== '') this.#give(endUs, said.value, said.label ?? null, said.isInRange ? Status.good : Status.uncertain)
  }

  /** It can say nothing for now: its signal shows that once. */
  falter(): void {
    if (!Number.isNaN(this.#newestUs)) this.#give(this.#newestUs, Number.NaN, null, Status.badNoCommunication)
  }

  /** What it said of a time, if that was its last word. */
  saidAt(endUs: number): Said | undefined {
    return this.#last?.endUs === endUs ? this.#last.said : undefined
  }

  #tell(endUs: number, step: 'quiet' | 'begins' | 'lasts' | 'ends' | 'accepted', pValue: number, score: number, parts: readonly SignalPart[]): void {
    const news = this.#tracker.step({ endUs, step, pValue, score, parts: [...parts] }, this.followed.id, this.followed.call?.contract.name ?? '')
    // Beside the anomalies of the asset's own watch, which may begin in the same minute.
    if (news !== undefined) this.news.push({ ...news, id: `${news.id}-${this.followed.output}` })
  }

  #give(endUs: number, value: number, label: string | null, status: number): void {
    if (this.followed.role !== 'champion') return
    this.outputs.timesUs.push(endUs)
    this.outputs.values.push(value)
    this.outputs.labels.push(label)
    this.outputs.status.push(status)
  }

  /** Takes what is to be written, and leaves nothing. */
  drain(): { readonly outputs: ModelOutputs | undefined; readonly news: readonly AnomalyNews[] } {
    const { timesUs, values, labels, status } = this.outputs
    const isClass = this.followed.call?.contract.output.means === 'class'
    const outputs = timesUs.length === 0 ? undefined : { model: this.followed.id, timesUs: timesUs.splice(0), values: values.splice(0), labels: isClass ? labels.splice(0) : undefined, status: status.splice(0) }
    labels.length = 0
    return { outputs, news: this.news.splice(0) }
  }

  /** Inputs whose state of drift has changed since this was asked last. */
  driftNews(): { readonly input: number | 'score'; readonly part: Omit<WireDriftPart, 'signal'> }[] {
    const all = [...this.#spreads, this.#score]
    return all.flatMap((spread, at) => {
      const part = partOf(spread)
      const before = this.#told[at] ?? 'collecting'
      this.#told[at] = part?.state ?? 'collecting'
      const isNews = part !== null && part.state !== before && (part.state === 'drifted' || before === 'drifted')
      return isNews ? [{ input: at === this.#spreads.length ? ('score' as const) : at, part }] : []
    })
  }

  #drift(): FollowedDrift | undefined {
    if (Number.isNaN(this.#newestUs)) return undefined
    const inputs = this.#spreads.map((spread) => partOf(spread) ?? { state: 'collecting' as const, psi: null, ks: null, missing: null, reference: null, now: null })
    return { sinceUs: Math.max(this.#beganUs, this.#newestUs - 2 * DRIFT_MEMORY_US), toUs: this.#newestUs, inputs, score: partOf(this.#score), episodes: this.#judge.calibratedFromUs === undefined ? undefined : this.#episodes.counts() }
  }

  /** From when on it could have told an anomaly; undefined while it cannot. */
  get calibratedFromUs(): number | undefined {
    return this.#judge.calibratedFromUs
  }

  /** What was learned of its scores. */
  judgeState(): Uint8Array {
    const into = new StateWriter('score-judge', 1)
    this.#judge.save(into)
    return into.finish()
  }

  status(restsUntilMs: number | undefined): FollowedStatus {
    const { stats, rows } = this
    const row = rows.newest()
    const missing = this.followed.series.filter((_, at) => Number.isNaN(row[at]))
    const last = this.#last
    const { calls, sinceUs, difference, differences, error, errors } = this.#tally
    return {
      model: this.followed.id,
      run: this.followed.call === undefined ? undefined : {
        model: this.followed.id,
        state: restsUntilMs !== undefined ? 'resting' : !rows.isFull ? 'filling' : missing.length > 0 ? 'missing' : 'running',
        calls: stats.calls, failures: stats.failures, timeouts: stats.timeouts, skipped: stats.skipped, missing, missedRows: rows.counts.missedRows, late: rows.counts.late,
        callUs: Number.isNaN(stats.callUs) ? null : stats.callUs, trouble: stats.trouble === '' ? null : stats.trouble, nextTry: restsUntilMs ?? null,
        last: last === undefined ? null : { time: usToMs(last.endUs), value: last.said.label ?? last.said.value, ...(last.said.steps !== undefined && { values: [...last.said.steps] }), ...(last.pValue !== undefined && { pValue: last.pValue }) },
      },
      tally: { calls, toldUs: this.#toldUs, sinceUs, difference: differences === 0 ? null : difference / differences, error: errors === 0 ? null : error / errors },
      drift: this.#drift(),
    }
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.text(JSON.stringify({ series: this.followed.series, rows: this.followed.rows, edges: [...this.followed.references, this.followed.scoreReference].map((reference) => reference?.edges.length ?? -1) }))
    this.rows.save(into)
    this.#judge.save(into)
    this.#usual.save(into)
    into.text(this.#tracker.save())
    for (const spread of [...this.#spreads, this.#score]) spread?.save(into)
    into.text(JSON.stringify({ told: this.#told, toldUs: this.#toldUs, tally: this.#tally, isMissing: this.#isMissing, beganUs: this.#beganUs, newestUs: this.#newestUs, episodes: this.#episodes.save() }))
    return into.finish()
  }

  /** Goes on from what {@link save} gave. A state of other inputs is left alone. Throws MillwrightError CORRUPT_FILE. */
  restore(bytes: Uint8Array): void {
    const from = new StateReader(bytes, KIND, VERSION)
    const shape = from.text()
    if (shape !== JSON.stringify({ series: this.followed.series, rows: this.followed.rows, edges: [...this.followed.references, this.followed.scoreReference].map((reference) => reference?.edges.length ?? -1) })) return
    this.rows.restore(from)
    this.#judge.restore(from)
    this.#usual.restore(from)
    this.#tracker.restore(from.text())
    for (const spread of [...this.#spreads, this.#score]) spread?.restore(from)
    // Our own writer made it, and the file's checksum held. NaN became null on its way through JSON.
    const read = JSON.parse(from.text()) as { told: DriftState[]; toldUs: number[]; tally: Record<string, number | null>; isMissing: boolean; beganUs: number | null; newestUs: number | null; episodes?: number[] }
    this.#told = read.told
    this.#toldUs = read.toldUs
    this.#tally = { ...this.#tally, ...Object.fromEntries(Object.entries(read.tally).map(([name, value]) => [name, value ?? Number.NaN])) }
    this.#isMissing = read.isMissing
    this.#beganUs = read.beganUs ?? Number.NaN
    this.#newestUs = read.newestUs ?? Number.NaN
    if (read.episodes !== undefined) this.#episodes.restore(read.episodes)
  }
}

function partOf(spread: PresentSpread | undefined): Omit<WireDriftPart, 'signal'> | null {
  if (spread === undefined) return null
  const { reference } = spread
  const at = (part: number) => quantileAt(reference, part)
  return { ...spread.measure(), reference: { count: reference.count, mean: reference.mean, low: at(0.05), middle: at(0.5), high: at(0.95) }, now: spread.spread() }
}
