import { Type } from 'typebox'
import { usToMs } from '@millwright/model/time.ts'
import { deadLettersSchema, statusSchema, type WireStatus } from '@millwright/model/wire/status.ts'
import type { HistorianStatus } from '../historian/historian.ts'
import type { LetterGroup } from '../plant/dead-letters.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { withDeadline } from './gate.ts'
import type { LiveHub } from './live/live-hub.ts'
import { RateMeter } from './rate-meter.ts'
import { answers } from './route-schema.ts'

const METER_MS = 1_000
const METER_SPAN_MS = 10_000
/** How long a part may take to tell how it is, before it is shown as silent. */
const PATIENCE_MS = 2_000

const letterParameters = Type.Object({ limit: Type.Optional(Type.Integer({ default: 100, minimum: 1, maximum: 1_000 })) }, { additionalProperties: false })

/** How the platform is, for people: data in, queues, disk, what was refused and why. */
export function registerStatus(app: ApiServer, parts: RouteParts, hub: LiveHub): void {
  const { status, clock } = parts
  const meter = new RateMeter(clock, METER_SPAN_MS)
  const look = () => {
    meter.note('stored', status.counters.stored)
    for (const { name, samples } of status.sources()) meter.note(`source ${name}`, samples)
  }
  const timer = setInterval(look, METER_MS)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
  app.get(
    '/api/v1/status',
    { schema: { tags: ['status'], operationId: 'getStatus', summary: 'How the platform is', response: answers({ 200: statusSchema }, []) } },
    async () => await readStatus(parts, hub, meter, app.hasRoute({ method: 'GET', url: '/api/v1/simulator/status' })),
  )
  app.get(
    '/api/v1/dead-letters',
    {
      schema: {
        tags: ['status'],
        operationId: 'listDeadLetters',
        summary: 'What could not be taken, and why: all of it counted, the newest shown',
        querystring: letterParameters,
        response: answers({ 200: deadLettersSchema }, []),
      },
    },
    async ({ query }) => ({
      groups: status.deadLetters.groups().map(wireGroup),
      letters: status.deadLetters.latest(query.limit ?? 100).map(({ timeUs, excerpt, ...rest }) => ({ time: usToMs(timeUs), ...rest, excerpt: excerpt ?? null })),
    }),
  )
}

async function readStatus(parts: RouteParts, hub: LiveHub, meter: RateMeter, simulated: boolean): Promise<WireStatus> {
  const { status, history, model, clock, version, timeZone, inbox } = parts
  const [stored, disk] = await Promise.all([orNull(history.status()), orNull(status.disk())])
  const reasons = status.notReady()
  const { counters } = status
  const { late, backfilled, outOfOrder, repeated, ahead, withinDeadband, refused } = counters
  const journal = status.journal()
  return {
    version,
    time: usToMs(clock.nowUs()),
    timezone: timeZone,
    ready: reasons.length === 0,
    reasons: [...reasons],
    warnings: [...status.warnings()],
    simulated,
    plant: { ...model.counts, inbox: inbox.inbox().filter(({ state }) => state === 'waiting').length },
    ingest: {
      stored: counters.stored,
      storedPerSecond: meter.perSecond('stored'),
      late,
      backfilled,
      outOfOrder,
      repeated,
      ahead,
      withinDeadband,
      refused: Object.fromEntries(refused),
      paused: status.paused ?? null,
    },
    sources: status.sources().map((source) => ({ ...source, samplesPerSecond: meter.perSecond(`source ${source.name}`) })),
    journal: {
      sizeBytes: journal.sizeBytes,
      segments: journal.segments,
      lastSyncMs: journal.lastSyncMs,
      blocked: journal.blocked ?? null,
      consumers: [...status.consumers()],
      quarantined: [...journal.quarantined],
    },
    history: stored === null ? null : wireHistory(stored),
    disk: disk === null ? null : { freeBytes: disk.freeBytes, totalBytes: disk.totalBytes },
    live: { clients: hub.clients, feeds: hub.feeds, frozen: hub.frozen },
    deadLetters: status.deadLetters.groups().map(wireGroup),
  }
}

function wireHistory(stored: HistorianStatus): NonNullable<WireStatus['history']> {
  const { recentRows, recentBytes, coldRows, coldBytes, files, oldestUs, newestUs, quarantined, compactions } = stored
  const oldest = oldestUs === undefined ? null : usToMs(oldestUs)
  const newest = newestUs === undefined ? null : usToMs(newestUs)
  return { recentRows, recentBytes, coldRows, coldBytes, files, oldest, newest, compactions: compactions.runs, quarantined: [...quarantined] }
}

function wireGroup({ source, code, count, firstUs, lastUs }: LetterGroup) {
  return { source, code, count, first: usToMs(firstUs), last: usToMs(lastUs) }
}

/** What a part answers, or null when it fails or takes too long: the others are shown all the same. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  return await withDeadline(answer, PATIENCE_MS).catch(() => null)
}
