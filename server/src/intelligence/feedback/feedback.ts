import { randomUUID } from 'node:crypto'
import { MAX_TIME_US, US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { Verdict, WireVerdictFields, WireWords } from '@millwright/model/wire/anomaly.ts'
import type { LabelKind } from '@millwright/model/wire/label.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { EventLog } from '../../plant/event-log.ts'
import { standingVerdicts, type AnomalyStore, type StoredAnomaly } from '../anomalies/anomaly-store.ts'
import { causeOf } from './causes.ts'
import { taughtBy, type LabelStore, type StoredLabel } from './label-store.ts'
import { QUIET_AFTER, type QuietRules } from './quiet-rules.ts'

/** Time around an anomaly that its verdict speaks of as well. */
const MARGIN_US = 15 * US_PER_MINUTE
/** A label ends at most this far ahead: planned stops are known in advance. */
const MAX_AHEAD_US = 30 * US_PER_DAY

export interface FeedbackParts {
  readonly anomalies: AnomalyStore
  readonly labels: LabelStore
  readonly quiet: QuietRules
  readonly events: Pick<EventLog, 'record'>
  readonly clock: Clock
  pathOf(asset: number): string | null
  /** Tells the stream what was said about an asset. */
  teach(asset: number, ranges: ReturnType<typeof taughtBy>): void
}

export interface VerdictOutcome {
  readonly anomaly: StoredAnomaly
  readonly changes: readonly WireWords[]
  readonly quieted: boolean
}

const MEANS: Readonly<Record<Verdict, LabelKind>> = { real: 'fault', known: 'fault', not_real: 'normal', planned: 'planned' }

/** What people say, and what it changes: labels for learning, quiet rules, events. All of it keeps its author and time, and can be undone. */
export class Feedback {
  readonly #parts: FeedbackParts

  constructor(parts: FeedbackParts) {
    this.#parts = parts
  }

  /** Rejects with NOT_FOUND or PAYLOAD_INVALID. */
  async judge(id: string, { verdict, cause, note, author }: WireVerdictFields): Promise<VerdictOutcome> {
    const { anomalies, events, clock, pathOf } = this.#parts
    const by = nameOf(author)
    if (cause !== undefined && causeOf(cause) === undefined) throw new MillwrightError('PAYLOAD_INVALID', `"${cause}" is no cause; GET /api/v1/anomalies/causes lists them`)
    const timeUs = clock.nowUs()
    const said = { verdict, ...(cause !== undefined && { cause }), ...(note !== undefined && { note }), author: by }
    const anomaly = await anomalies.addVerdict(id, { ...said, time: Math.round(timeUs / 1_000) })
    if (anomaly === undefined) throw new MillwrightError('NOT_FOUND', `there is no anomaly "${id}"`)
    void events.record({ kind: 'anomaly.judged', path: pathOf(anomaly.asset), timeUs, data: { id, ...said, version: anomaly.verdicts.length } })
    await this.#label(anomaly, said)
    const quieting = await this.#quiet(anomaly, verdict)
    const stored = anomalies.get(id) ?? anomaly
    return { anomaly: stored, changes: [changeOf(verdict, anomaly), ...quieting.changes], quieted: quieting.quieted }
  }

  /** An anomaly about which people spoke has ended: their labels end with it. */
  async closed(anomaly: StoredAnomaly): Promise<void> {
    for (const said of standingVerdicts(anomaly)) await this.#label(anomaly, said)
  }

  /** Writes or rewrites a label. Rejects with PAYLOAD_INVALID. */
  async putLabel(label: Omit<StoredLabel, 'id' | 'createdUs' | 'version'>, id: string = randomUUID()): Promise<StoredLabel> {
    const { labels, events, clock, pathOf } = this.#parts
    const nowUs = clock.nowUs()
    if (label.toUs <= label.fromUs) throw new MillwrightError('PAYLOAD_INVALID', '"to" must lie after "from"')
    if (label.toUs > Math.min(MAX_TIME_US, nowUs + MAX_AHEAD_US)) throw new MillwrightError('PAYLOAD_INVALID', 'a label ends at most 30 days ahead')
    if (label.kind !== 'planned' && label.fromUs > nowUs) throw new MillwrightError('PAYLOAD_INVALID', 'only what is planned can lie in the future')
    if (label.cause !== undefined && causeOf(label.cause) === undefined) throw new MillwrightError('PAYLOAD_INVALID', `"${label.cause}" is no cause; GET /api/v1/anomalies/causes lists them`)
    const known = labels.get(id)
    const stored: StoredLabel = { ...label, author: nameOf(label.author), id, createdUs: known?.createdUs ?? nowUs, version: (known?.version ?? 0) + 1 }
    await labels.put(stored)
    void events.record({ kind: 'label.put', path: pathOf(label.asset), timeUs: nowUs, data: { ...stored } })
    this.#teach(label.asset)
    return stored
  }

  async removeLabel(id: string, author: string): Promise<boolean> {
    const { labels, events, pathOf } = this.#parts
    const known = labels.get(id)
    if (known === undefined) return false
    await labels.remove(id)
    void events.record({ kind: 'label.removed', path: pathOf(known.asset), data: { id, author: nameOf(author) } })
    this.#teach(known.asset)
    return true
  }

  /** Lets a quieted signature be told again. */
  async unquiet(signature: string, author: string): Promise<boolean> {
    const { quiet, anomalies, events, pathOf } = this.#parts
    if (!(await quiet.undo(signature))) return false
    await anomalies.setQuieted(signature, false)
    void events.record({ kind: 'anomaly.unquieted', path: pathOf(Number(signature.split(':')[0])), data: { signature, author: nameOf(author) } })
    return true
  }

  /** The verdict as a label, one for each anomaly and author; a new verdict of the same person rewrites it. */
  async #label(anomaly: StoredAnomaly, { verdict, cause, note, author }: WireVerdictFields): Promise<void> {
    const { labels, clock } = this.#parts
    const id = `${anomaly.id}:${author}`
    const known = labels.get(id)
    // While it lasts it is spoken of as it goes on, for a day; its end sets the range right.
    const endUs = anomaly.endedUs ?? clock.nowUs() + (verdict === 'not_real' ? US_PER_DAY : 0)
    const fromUs = anomaly.beganUs - MARGIN_US
    await labels.put({ id, asset: anomaly.asset, kind: MEANS[verdict], fromUs, toUs: Math.max(fromUs + 1, endUs), ...(cause !== undefined && { cause }), ...(note !== undefined && { note }), author, createdUs: known?.createdUs ?? clock.nowUs(), version: (known?.version ?? 0) + 1, anomaly: anomaly.id })
    this.#teach(anomaly.asset)
  }

  async #quiet(anomaly: StoredAnomaly, verdict: Verdict): Promise<{ changes: WireWords[]; quieted: boolean }> {
    const { quiet, anomalies, events, clock, pathOf } = this.#parts
    const { signature, asset } = anomaly
    if (quiet.has(signature)) {
      if (verdict === 'not_real' || verdict === 'planned') return { changes: [], quieted: true }
      await this.unquiet(signature, anomaly.verdicts[0]?.author ?? 'unknown')
      return { changes: [{ en: 'Anomalies of this kind are told again.', zh: '此类异常将重新提示。' }], quieted: false }
    }
    if (verdict !== 'not_real') return { changes: [], quieted: false }
    const denied = [...anomalies.all.values()].filter((other) => other.signature === signature && isDenied(other))
    if (denied.length < QUIET_AFTER) {
      return { changes: [{ en: `Said ${denied.length} of ${QUIET_AFTER} times of anomalies that look like this; then they are quieted.`, zh: `同类异常已判“不真实” ${denied.length}/${QUIET_AFTER} 次；满 ${QUIET_AFTER} 次后将静默。` }], quieted: false }
    }
    const authors = [...new Set(denied.flatMap((other) => standingVerdicts(other).map(({ author }) => author)))]
    await quiet.add({ signature, asset, sinceUs: clock.nowUs(), because: denied.map(({ id }) => id), authors, held: 0 })
    await anomalies.setQuieted(signature, true)
    void events.record({ kind: 'anomaly.quieted', path: pathOf(asset), data: { signature, because: denied.map(({ id }) => id), authors } })
    return { changes: [{ en: 'Anomalies that look like this are quieted from now on; they stay in the list of quieted ones until somebody undoes it.', zh: '此类异常从现在起静默；可在静默列表中查看并撤销。' }], quieted: true }
  }

  #teach(asset: number): void {
    this.#parts.teach(asset, taughtBy(this.#parts.labels.of(asset)))
  }
}

/** Whether people say that it is nothing, and nobody says otherwise. */
function isDenied(anomaly: StoredAnomaly): boolean {
  const standing = standingVerdicts(anomaly)
  return standing.length > 0 && standing.every(({ verdict }) => verdict === 'not_real')
}

function changeOf(verdict: Verdict, { state }: StoredAnomaly): WireWords {
  if (verdict === 'not_real') {
    return state === 'open'
      ? { en: 'From now on the model learns what it sees here as normal; the next candidate learns this range as normal too.', zh: '模型即刻起将当前情况作为正常学习；下一个候选模型也会把该时段作为正常学习。' }
      : { en: 'The next candidate learns this range as normal.', zh: '下一个候选模型会把该时段作为正常学习。' }
  }
  if (verdict === 'planned') return { en: 'This range is never learned from, and counts neither as found nor as false.', zh: '该时段不参与学习，也不计入检出或误报。' }
  return { en: 'This range is never learned as normal; every candidate is tested on whether it finds it.', zh: '该时段永不作为正常学习；每个候选模型都会接受能否发现它的检验。' }
}

function nameOf(author: string): string {
  const name = author.trim()
  if (name === '') throw new MillwrightError('PAYLOAD_INVALID', '"author" must be a name')
  return name
}
