import { randomUUID } from 'node:crypto'
import type { Signal } from '@millwright/model/signal.ts'
import { US_PER_SECOND, msToUs, usToMs } from '@millwright/model/time.ts'
import type { WireVerdictFields, WireWords } from '@millwright/model/wire/anomaly.ts'
import type { WireExaminationFields, WireRecordedRange } from '@millwright/model/wire/examination.ts'
import type { Historian } from '../../historian/historian.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { DocumentMap, type Documents } from '../anomalies/document-map.ts'
import type { Feedback } from '../feedback/feedback.ts'
import type { LabelStore } from '../feedback/label-store.ts'
import { PredictorThreads } from '../predictors/predictor-threads.ts'
import { EXAMINE_LIMIT, type ExamineResult, type ExamineTask } from './examine-task.ts'
import { examinationRecord, type ExaminationRecord, type StoredFinding } from './examination-record.ts'
import { examinationWarnings } from './examination-warnings.ts'
import { readRecording, type Recording, type Stretch } from './recording.ts'

/** Version of what examines. */
const CODE_VERSION = 'wander-chart/1'
/** Examinations that are kept, signals of one, and those that may be under way or wait. */
const [MAX_KEPT, MAX_SIGNALS, MAX_RUNNING] = [200, 64, 8]
const THREADS = { atOnce: 1, maxWaiting: MAX_RUNNING, timeoutMs: 10 * 60_000, maxMegabytes: 512 }
/** Least time that is examined or learned from. */
const LEAST_US = US_PER_SECOND
/** Part of the progress that reading takes. */
const READING = 0.7

export interface ExaminationsParts {
  readonly documents: Documents
  readonly history: Pick<Historian, 'readAggregates' | 'readSamples' | 'readLast'>
  readonly plant: AssetModel
  readonly labels: LabelStore
  readonly feedback: Pick<Feedback, 'putLabel'>
  readonly clock: Clock
  readonly log: Log
}

/** Recordings that people had examined: what was not normal in them, and what people said of it. */
export class Examinations {
  readonly #parts: ExaminationsParts
  readonly #map: DocumentMap<ExaminationRecord>
  readonly #threads = new PredictorThreads<ExamineTask, ExamineResult>({ ...THREADS, script: new URL('./examine-thread.ts', import.meta.url) })
  readonly #running = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>()

  private constructor(parts: ExaminationsParts, map: DocumentMap<ExaminationRecord>) {
    this.#parts = parts
    this.#map = map
  }

  static async open(parts: ExaminationsParts): Promise<Examinations> {
    const map = await DocumentMap.open<ExaminationRecord>({ documents: parts.documents, kind: 'examination', schema: examinationRecord, max: MAX_KEPT, log: parts.log })
    for (const [id, record] of map.all) if (record.state === 'running') await map.put(id, { ...record, state: 'failed', failure: 'Millwright was stopped meanwhile; examine it again' })
    return new Examinations(parts, map)
  }

  /** Newest first. */
  list(): ExaminationRecord[] {
    return [...this.#map.all.values()].sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1))
  }

  /** Throws NOT_FOUND. */
  get(id: string): ExaminationRecord {
    const record = this.#map.get(id)
    if (record === undefined) throw new MillwrightError('NOT_FOUND', `there is no examination "${id}"`)
    return record
  }

  /** Begins one; it goes on in the background. Rejects with PAYLOAD_INVALID, CONFLICT (a fault lies in the time that was said to be good), OVERLOADED or QUOTA_REACHED. */
  async begin(asset: number, fields: WireExaminationFields): Promise<ExaminationRecord> {
    const { clock, labels } = this.#parts
    const author = fields.author.trim()
    if (author === '') throw new MillwrightError('PAYLOAD_INVALID', 'say who you are: a name is more than blanks')
    const range = stretchOf(fields, 'from', clock.nowUs())
    const reference = fields.reference === undefined ? undefined : stretchOf(fields.reference, 'reference.from', clock.nowUs())
    const runs = fields.runs?.map((run) => stretchOf(run, 'runs.from', clock.nowUs())).sort((a, b) => a.fromUs - b.fromUs)
    if (runs?.some((run, at) => run.fromUs < (runs[at - 1]?.toUs ?? range.fromUs) || run.toUs > range.toUs) === true) throw new MillwrightError('PAYLOAD_INVALID', '"runs" must lie between "from" and "to" and not overlap')
    const faulty = reference === undefined ? undefined : labels.of(asset).find(({ kind, fromUs, toUs }) => kind === 'fault' && fromUs < reference.toUs && toUs > reference.fromUs)
    if (faulty !== undefined) throw new MillwrightError('CONFLICT', `the time that was said to be good holds a fault that ${faulty.author} labelled, from ${new Date(usToMs(faulty.fromUs)).toISOString()}: choose another one, or take that label away`)
    const signals = this.#signalsOf(asset, fields.signals)
    if (this.#running.size >= MAX_RUNNING) throw new MillwrightError('OVERLOADED', `${MAX_RUNNING} examinations are under way or wait already`)
    const record: ExaminationRecord = {
      id: randomUUID(), asset, series: signals.map(({ series }) => series), from: usToMs(range.fromUs), to: usToMs(range.toUs), reference: reference === undefined ? null : { from: usToMs(reference.fromUs), to: usToMs(reference.toUs) },
      state: 'running', progress: 0, failure: null, author, created: Math.round(usToMs(clock.nowUs())), everySeconds: 0, limit: EXAMINE_LIMIT, rows: 0, runs: [], warnings: [], findings: [], moreFindings: 0, hash: '', codeVersion: CODE_VERSION,
    }
    await this.#map.put(record.id, record)
    const abort = new AbortController()
    const everyUs = fields.everySeconds === undefined ? undefined : Math.round(fields.everySeconds * US_PER_SECOND)
    this.#running.set(record.id, { abort, ended: this.#run(record, { signals, range, runs, reference, everyUs }, abort.signal).finally(() => this.#running.delete(record.id)) })
    return record
  }

  /** Ends one that is under way. Throws CONFLICT where it is not. */
  cancel(id: string): void {
    const running = this.#running.get(this.get(id).id)
    if (running === undefined) throw new MillwrightError('CONFLICT', 'this examination is not under way')
    running.abort.abort()
  }

  /** Forgets one; labels that were made on it stay. */
  async remove(id: string): Promise<void> {
    const running = this.#running.get(this.get(id).id)
    running?.abort.abort()
    await running?.ended
    await this.#map.remove(id)
  }

  /** Keeps what a person says of a finding, as a label of its time. Rejects with NOT_FOUND or PAYLOAD_INVALID. */
  async judge(id: string, findingId: string, { verdict, cause, note, author }: WireVerdictFields): Promise<ExaminationRecord> {
    const { feedback, clock } = this.#parts
    const found = this.get(id).findings.find((one) => one.id === findingId)
    if (found === undefined) throw new MillwrightError('NOT_FOUND', `this examination has no finding "${findingId}"`)
    const by = author.trim()
    const kind = verdict === 'not_real' ? 'normal' : verdict === 'planned' ? 'planned' : 'fault'
    const said = { ...(cause !== undefined && { cause }), ...(note !== undefined && { note }), author: by }
    // One label for each finding and person; a new verdict of the same person rewrites it.
    await feedback.putLabel({ asset: this.get(id).asset, kind, fromUs: msToUs(found.from), toUs: msToUs(found.to), ...said }, `examination:${id}:${findingId}:${by}`)
    const record = this.get(id)
    const findings = record.findings.map((one) => (one.id === findingId ? { ...one, verdicts: [{ verdict, ...said, time: Math.round(usToMs(clock.nowUs())), version: one.verdicts.length + 1 }, ...one.verdicts] } : one))
    await this.#map.put(id, { ...record, findings })
    return this.get(id)
  }

  /** From when to when an asset has samples. */
  async recorded(asset: number): Promise<WireRecordedRange> {
    const { history, clock } = this.#parts
    const signals = this.#signalsOf(asset, undefined)
    const last = await history.readLast(signals)
    let first = Number.POSITIVE_INFINITY
    for (const { series, kind } of signals) {
      const { block } = await history.readSamples({ series, kind, fromUs: 0, toUs: clock.nowUs() }, { limit: 1, order: 'ascending' })
      first = Math.min(first, block.timesUs[0] ?? first)
    }
    const to = Math.max(...last.map((sample) => sample?.timeUs ?? 0))
    return { from: Number.isFinite(first) ? usToMs(first) : null, to: to === 0 ? null : Math.ceil(usToMs(to)) + 1, signals: signals.map(({ name }) => name) }
  }

  /** Settles when none is under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  async stop(): Promise<void> {
    for (const { abort } of this.#running.values()) abort.abort()
    this.#threads.close()
    await this.idle()
  }

  async #run(record: ExaminationRecord, question: { signals: readonly Signal[]; range: Stretch; runs: readonly Stretch[] | undefined; reference: Stretch | undefined; everyUs: number | undefined }, signal: AbortSignal): Promise<void> {
    const { history, labels, log } = this.#parts
    const show = (progress: number) => this.#map.show(record.id, { ...record, progress })
    try {
      const recording = await readRecording(history, { ...question, signal, onProgress: (part) => show(part * READING) })
      const { everyUs, runs, reference, rows } = recording
      const result = await this.#threads.run({ width: question.signals.length, everyUs, runs, reference }, { signal, onProgress: (part) => show(READING + (1 - READING) * part) })
      await this.#keep(finished(record, recording, result, examinationWarnings({ recording, result, labels: labels.of(record.asset) })))
      if (rows === 0) log.warn({ examination: record.id }, 'an examination found no rows')
    } catch (thrown) {
      const isCancelled = signal.aborted
      if (!(thrown instanceof MillwrightError)) log.error({ err: thrown, examination: record.id }, 'a recording could not be examined')
      await this.#keep({ ...record, state: isCancelled ? 'cancelled' : 'failed', failure: isCancelled ? null : messageOf(thrown) })
    }
  }

  /** Unless it was removed meanwhile. */
  async #keep(record: ExaminationRecord): Promise<void> {
    if (this.#map.get(record.id) === undefined) return
    await this.#map.put(record.id, record).catch((err: unknown) => this.#parts.log.error({ err }, 'an examination could not be kept'))
  }

  #signalsOf(asset: number, names: readonly string[] | undefined): Signal[] {
    const numeric = [...this.#parts.plant.signalsOf(asset)].filter(({ kind }) => kind === 'number').sort((a, b) => a.series - b.series)
    const missing = names?.find((name) => !numeric.some((signal) => signal.name === name))
    if (missing !== undefined) throw new MillwrightError('PAYLOAD_INVALID', `this asset has no numeric signal "${missing}"; it has ${numeric.slice(0, 20).map(({ name }) => name).join(', ')}`)
    const chosen = names === undefined ? numeric : numeric.filter(({ name }) => names.includes(name))
    if (chosen.length === 0) throw new MillwrightError('PAYLOAD_INVALID', 'this asset has no numeric signals of its own; choose the one that has them')
    if (chosen.length > MAX_SIGNALS) throw new MillwrightError('LIMIT_REACHED', `an examination looks at ${MAX_SIGNALS} signals at most, and this asset has ${chosen.length}: name those that matter`)
    return chosen
  }
}

function stretchOf({ from, to }: { readonly from: number; readonly to: number }, what: string, nowUs: number): Stretch {
  const [fromUs, toUs] = [msToUs(from), Math.min(msToUs(to), nowUs)]
  if (toUs - fromUs < LEAST_US) throw new MillwrightError('PAYLOAD_INVALID', `the time from "${what}" on must be a second at least, and lie in the past`)
  return { fromUs, toUs }
}

function finished(record: ExaminationRecord, { everyUs, runs, rows }: Recording, { findings, moreFindings, judgedFromUs, hash }: ExamineResult, warnings: readonly WireWords[]): ExaminationRecord {
  const stored = findings.map((found, at): StoredFinding => ({
    id: `f${at + 1}`, run: found.run, from: usToMs(found.fromUs), to: usToMs(found.toUs), lasts: found.lasts, peak: usToMs(found.peakUs), height: found.height, verdicts: [],
    parts: found.parts.map(({ column, share, deviations, value, expected, movedUs }) => ({ series: record.series[column] ?? -1, share, deviations, value, expected, moved: movedUs === null ? null : usToMs(movedUs) })),
  }))
  const examined = runs.map(({ timesUs }, at) => {
    const judged = judgedFromUs[at] ?? null
    return { from: usToMs(timesUs[0] ?? 0), to: usToMs((timesUs.at(-1) ?? 0) + everyUs), judgedFrom: judged === null ? null : usToMs(judged), rows: timesUs.length }
  })
  return { ...record, state: 'done', progress: 1, everySeconds: everyUs / US_PER_SECOND, rows, runs: examined, warnings: [...warnings], findings: stored, moreFindings, hash }
}
