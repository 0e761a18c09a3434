import { Type, type Static } from 'typebox'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import { verdictSchema, type WireVerdict } from '@millwright/model/wire/anomaly.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { EventLog } from '../../plant/event-log.ts'
import { PART_REASONS } from '../runtime/signal-parts.ts'
import type { AnomalyNews } from '../runtime/stream-messages.ts'
import { DocumentMap, type Documents } from './document-map.ts'
import { signatureOf } from './signature.ts'

/** Anomalies that are kept; of more, the oldest closed ones without a verdict go first. */
export const MAX_ANOMALIES = 10_000
/** An anomaly this old when its samples came is one of the past: backfilled. */
const PAST_US = 30 * US_PER_MINUTE
/** Version of the code that judges, for the lineage of a score; raise it when the same samples give other scores. */
export const CODE_VERSION = 'asset-charts/4'

const part = Type.Object({
  series: Type.Integer(),
  share: Type.Number(),
  value: Type.Union([Type.Number(), Type.Null()]),
  expected: Type.Number(),
  band: Type.Number(),
  movedUs: Type.Optional(Type.Number()),
  reason: Type.Optional(Type.Enum([...PART_REASONS])),
  state: Type.Optional(Type.String()),
  progress: Type.Optional(Type.Number()),
})

const storedAnomaly = Type.Object({
  id: Type.String(),
  asset: Type.Integer(),
  model: Type.String(),
  codeVersion: Type.String(),
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  beganUs: Type.Number(),
  detectedUs: Type.Number(),
  endedUs: Type.Optional(Type.Number()),
  isAccepted: Type.Boolean(),
  isPast: Type.Boolean(),
  isQuieted: Type.Boolean(),
  pValue: Type.Number(),
  score: Type.Number(),
  peakUs: Type.Number(),
  parts: Type.Array(part),
  /** The most telling part when it was told, where that is not the newest news. */
  first: Type.Optional(part),
  regime: Type.String(),
  signature: Type.String(),
  verdicts: Type.Array(verdictSchema),
})
/** An anomaly as it is kept: signals by the id of their series. */
export type StoredAnomaly = Static<typeof storedAnomaly>

export interface AnomalyStoreParts {
  readonly documents: Documents
  readonly events: Pick<EventLog, 'record'>
  readonly clock: Clock
  readonly log: Log
  pathOf(asset: number): string | null
  isQuiet(signature: string): boolean
  /** Counts one that a quiet rule held back. */
  onQuieted(signature: string): void
}

/** All anomalies: news of the stream comes in, under ids that make a replay harmless; what people said stays with them. */
export class AnomalyStore {
  readonly #parts: AnomalyStoreParts
  readonly #map: DocumentMap<StoredAnomaly>

  private constructor(parts: AnomalyStoreParts, map: DocumentMap<StoredAnomaly>) {
    this.#parts = parts
    this.#map = map
  }

  static async open(parts: AnomalyStoreParts): Promise<AnomalyStore> {
    const map = await DocumentMap.open<StoredAnomaly>({ documents: parts.documents, kind: 'anomaly', schema: storedAnomaly, max: MAX_ANOMALIES, dropFirst: expendable, log: parts.log })
    return new AnomalyStore(parts, map)
  }

  get all(): ReadonlyMap<string, StoredAnomaly> {
    return this.#map.all
  }

  get(id: string): StoredAnomaly | undefined {
    return this.#map.get(id)
  }

  /** Takes news. One that is already known as closed and is told again (after a crash, from the journal) changes nothing. */
  async take(news: AnomalyNews, codeVersion = CODE_VERSION): Promise<void> {
    const { clock, events, isQuiet, onQuieted, pathOf } = this.#parts
    const known = this.#map.get(news.id)
    if (known?.state === 'closed') return
    const signature = signatureOf(news.asset, news.parts)
    const isQuieted = known?.isQuieted ?? isQuiet(signature)
    const { endedUs, parts, ...rest } = news
    const first = known?.first ?? known?.parts[0]
    const stored: StoredAnomaly = {
      ...rest,
      codeVersion,
      ...(endedUs !== undefined && { endedUs }),
      parts: parts.map(({ movedUs, value, ...more }) => ({ ...more, value: Number.isNaN(value) ? null : value, ...(movedUs !== undefined && { movedUs }) })),
      ...(first !== undefined && { first }),
      // The signature stays that of the beginning, so that a rule which quieted it goes on to fit.
      signature: known?.signature ?? signature,
      isPast: known?.isPast ?? clock.nowUs() - news.detectedUs > PAST_US,
      isQuieted,
      verdicts: known?.verdicts ?? [],
    }
    await this.#map.put(news.id, stored)
    if (known === undefined) await this.#endBefore(stored)
    if (known === undefined && isQuieted) onQuieted(signature)
    if (isQuieted || (known !== undefined && news.state === 'open')) return
    const data = { id: news.id, pValue: news.pValue, model: news.model, signals: stored.parts.slice(0, 3).map(({ series }) => series), isPast: stored.isPast }
    void events.record({ kind: news.state === 'open' ? 'anomaly.opened' : 'anomaly.closed', path: pathOf(news.asset), timeUs: news.state === 'open' ? news.detectedUs : (endedUs ?? news.detectedUs), data })
  }

  /** A watch of an asset has one anomaly at a time: an older one that is still open was lost sight of when the asset had to be learned anew. */
  async #endBefore({ asset, id, detectedUs }: StoredAnomaly): Promise<void> {
    for (const other of this.#map.all.values()) {
      if (other.asset === asset && other.id !== id && watchOf(other.id) === watchOf(id) && other.state === 'open' && other.detectedUs < detectedUs) await this.#map.put(other.id, { ...other, state: 'closed', endedUs: detectedUs })
    }
  }

  /** Adds what somebody said; answers the anomaly as it is then. */
  async addVerdict(id: string, verdict: Omit<WireVerdict, 'version'>): Promise<StoredAnomaly | undefined> {
    const known = this.#map.get(id)
    if (known === undefined) return undefined
    const stored = { ...known, verdicts: [{ ...verdict, version: known.verdicts.length + 1 }, ...known.verdicts].slice(0, 50) }
    await this.#map.put(id, stored)
    return stored
  }

  /** Anomalies of a signature are shown again, or no longer. */
  async setQuieted(signature: string, isQuieted: boolean): Promise<void> {
    for (const [id, anomaly] of this.#map.all) {
      if (anomaly.signature === signature && anomaly.isQuieted !== isQuieted) await this.#map.put(id, { ...anomaly, isQuieted })
    }
  }
}

/** Who told an anomaly, by its id: `<asset>-<minute>` of the asset's own watch, with the output of a model after it where that told it. */
function watchOf(id: string): string {
  return id.split('-').slice(2).join('-')
}

/** Whether somebody should look: open, or of the last week, and nobody has said anything. */
export function needsAttention(anomaly: StoredAnomaly, nowUs: number): boolean {
  if (anomaly.isQuieted || anomaly.verdicts.length > 0) return false
  return anomaly.state === 'open' || nowUs - anomaly.detectedUs < 7 * US_PER_DAY
}

/** Whether it is only known to be open where the judging of its machine's sent past has got to; `judgedUs`: end of the newest minute of the machine that was judged. */
export function isOpenInPast({ state, isPast }: StoredAnomaly, judgedUs: number | undefined, nowUs: number): boolean {
  return state === 'open' && isPast && judgedUs !== undefined && nowUs - judgedUs > PAST_US
}

/** Rank for attention, high first: what lasts now, then the rarest, with a day's age weighing like a factor of ten in rarity. */
export function urgency({ state, pValue, detectedUs }: StoredAnomaly, nowUs: number, isInPast: boolean): number {
  return (state === 'open' && !isInPast ? 100 : 0) + Math.min(30, -Math.log10(Math.max(pValue, 1e-30))) - (nowUs - detectedUs) / US_PER_DAY
}

/** The verdicts that stand: the newest of each person. */
export function standingVerdicts({ verdicts }: StoredAnomaly): WireVerdict[] {
  const authors = new Set<string>()
  return verdicts.filter(({ author }) => !authors.has(author) && authors.add(author))
}

function expendable(all: ReadonlyMap<string, StoredAnomaly>): string | undefined {
  let oldest: StoredAnomaly | undefined
  for (const anomaly of all.values()) {
    if (anomaly.state === 'closed' && anomaly.verdicts.length === 0 && (oldest === undefined || anomaly.detectedUs < oldest.detectedUs)) oldest = anomaly
  }
  return oldest?.id
}
