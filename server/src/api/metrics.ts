import { Counter, Gauge, Histogram, collectDefaultMetrics, type Registry } from 'prom-client'
import { Type } from 'typebox'
import type { HistorianStatus } from '../historian/historian.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { withDeadline } from './gate.ts'
import type { LiveHub } from './live/live-hub.ts'
import { answers } from './route-schema.ts'

type Rows = readonly (readonly [Readonly<Record<string, string>>, number])[]
type Read = () => number | Rows

/** A part that does not tell its numbers in this time is left out of the scrape. */
const PATIENCE_MS = 2_000

/** Metrics in Prometheus' text format. */
export function registerMetrics(app: ApiServer, parts: RouteParts, hub: LiveHub): void {
  const { metrics } = parts
  collectDefaultMetrics({ register: metrics })
  registerIngest(metrics, parts)
  registerStores(metrics, parts)
  registerServing(metrics, parts, hub)
  registerRequests(app, metrics)
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['status'],
        operationId: 'metrics',
        summary: 'Metrics for Prometheus',
        response: answers({ 200: { description: 'Text format 0.0.4', media: { 'text/plain': Type.String() } } }, []),
      },
    },
    async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
  )
}

function registerIngest(register: Registry, { status }: RouteParts): void {
  const { counters } = status
  counter(register, 'millwright_samples_stored_total', 'Samples made durable', () => counters.stored)
  counter(register, 'millwright_groups_stored_total', 'Groups of samples made durable, one journal record each', () => counters.groups)
  counter(register, 'millwright_samples_late_total', 'Stored samples that came one to ten minutes after their time', () => counters.late)
  counter(register, 'millwright_samples_backfilled_total', 'Stored samples that came more than ten minutes after their time', () => counters.backfilled)
  counter(register, 'millwright_samples_out_of_order_total', 'Stored samples older than the newest of their series', () => counters.outOfOrder)
  counter(register, 'millwright_samples_repeated_total', 'Stored samples with the time of the newest of their series: the later write wins', () => counters.repeated)
  counter(register, 'millwright_samples_ahead_total', 'Stored samples more than ten minutes ahead, flagged uncertain', () => counters.ahead)
  counter(register, 'millwright_samples_within_deadband_total', 'Samples left out because they lay within the deadband', () => counters.withinDeadband)
  counter(register, 'millwright_samples_refused_total', 'Samples, or messages, refused', () => labelled('code', counters.refused), ['code'])
  counter(register, 'millwright_source_samples_total', 'Samples taken, by way in', () => bySource((source) => source.samples), ['source'])
  counter(register, 'millwright_source_messages_total', 'Messages or requests, by way in', () => bySource((source) => source.messages), ['source'])
  counter(register, 'millwright_source_bytes_total', 'Bytes received, by way in', () => status.sources().flatMap(({ name, bytes }) => (bytes === undefined ? [] : [[{ source: name }, bytes] as const])), ['source'])
  gauge(register, 'millwright_source_clients', 'Clients that are connected', () => bySource((source) => source.clients), ['source'])
  gauge(register, 'millwright_source_up', '1 while the way in works', () => bySource((source) => (source.state === 'up' ? 1 : 0)), ['source'])
  gauge(register, 'millwright_senders_paused', '1 while senders are paused', () => (status.paused === undefined ? 0 : 1))

  function bySource(read: (source: ReturnType<typeof status.sources>[number]) => number): Rows {
    return status.sources().map((source) => [{ source: source.name }, read(source)] as const)
  }
}

function registerStores(register: Registry, { status, history, model, inbox }: RouteParts): void {
  const journal = () => status.journal()
  gauge(register, 'millwright_journal_head_position', 'Position behind the last durable record', () => journal().head)
  gauge(register, 'millwright_journal_size_bytes', 'Size of the journal', () => journal().sizeBytes)
  gauge(register, 'millwright_journal_segments', 'Segment files of the journal', () => journal().segments)
  counter(register, 'millwright_journal_syncs_total', 'Syncs to disk', () => journal().syncs)
  gauge(register, 'millwright_journal_last_sync_seconds', 'Duration of the last sync', () => journal().lastSyncMs / 1_000)
  gauge(register, 'millwright_history_lag_bytes', 'Bytes of the journal that history has still to store', () => status.historyLagBytes())
  gauge(register, 'millwright_journal_kept_bytes', 'What the journal keeps for a consumer', () => journal().consumers.map(({ name, lagBytes }) => [{ consumer: name }, lagBytes] as const), ['consumer'])
  gauge(register, 'millwright_journal_quarantined_segments', 'Damaged segments set aside', () => journal().quarantined.length)
  gauge(register, 'millwright_journal_blocked', '1 while the journal takes nothing', () => (journal().blocked === undefined ? 0 : 1))
  gauge(register, 'millwright_assets', 'Assets of the plant', () => model.counts.assets)
  gauge(register, 'millwright_signals', 'Signals of the plant', () => model.counts.signals)
  gauge(register, 'millwright_inbox_signals', 'Entries of the inbox', () => inbox.inbox().length)
  const stored = shared(() => withDeadline(history.status(), PATIENCE_MS).catch(() => undefined))
  gauge(register, 'millwright_history_up', '1 while the history answers', async () => ((await stored()) === undefined ? 0 : 1))
  fromHistory('millwright_history_rows', 'Samples kept', ({ recentRows, coldRows }) => [[{ part: 'recent' }, recentRows], [{ part: 'cold' }, coldRows]], ['part'])
  fromHistory('millwright_history_bytes', 'Size of the history', ({ recentBytes, coldBytes }) => [[{ part: 'recent' }, recentBytes], [{ part: 'cold' }, coldBytes]], ['part'])
  fromHistory('millwright_history_files', 'Parquet files', ({ files }) => files)
  fromHistory('millwright_history_quarantined_files', 'Damaged files set aside', ({ quarantined }) => quarantined.length)
  fromHistory('millwright_history_compactions', 'Compactions since the start', ({ compactions }) => compactions.runs)
  fromHistory('millwright_history_compactions_failed', 'Compactions that failed since the history was opened; they are tried again', ({ compactions }) => compactions.failed)
  fromHistory('millwright_history_last_compaction_seconds', 'Duration of the last compaction', ({ compactions }) => compactions.lastMs / 1_000)
  gauge(register, 'millwright_disk_free_bytes', 'Space left on the disk of the data folder', async () => (await status.disk().catch(() => undefined))?.freeBytes ?? [])

  function fromHistory(name: string, help: string, read: (status: HistorianStatus) => number | Rows, labels: readonly string[] = []): void {
    const collect = async () => {
      const answer = await stored()
      return answer === undefined ? [] : read(answer)
    }
    gauge(register, name, help, collect, labels)
  }
}

function registerServing(register: Registry, { queries, expensive }: RouteParts, hub: LiveHub): void {
  const gates = [['queries', queries], ['expensive', expensive]] as const
  gauge(register, 'millwright_queries_running', 'Questions that are being answered', () => gates.map(([kind, gate]) => [{ kind }, gate.running] as const), ['kind'])
  gauge(register, 'millwright_queries_waiting', 'Questions that wait for their turn', () => gates.map(([kind, gate]) => [{ kind }, gate.waiting] as const), ['kind'])
  counter(register, 'millwright_queries_refused_total', 'Questions refused because too many were waiting', () => gates.map(([kind, gate]) => [{ kind }, gate.refused] as const), ['kind'])
  gauge(register, 'millwright_live_clients', 'Open live streams', () => hub.clients)
  gauge(register, 'millwright_live_feeds', 'Different choices of signals among them', () => hub.feeds)
  counter(register, 'millwright_live_frames_sent_total', 'Frames written to live streams', () => hub.framesSent)
  counter(register, 'millwright_live_bytes_sent_total', 'Bytes written to live streams', () => hub.bytesSent)
  counter(register, 'millwright_live_frames_thinned_total', 'Frames held back from slow clients, which got newer values later', () => hub.thinned)
  counter(register, 'millwright_live_frozen_total', 'Clients cut off because they took nothing', () => hub.frozen)
}

function registerRequests(app: ApiServer, register: Registry): void {
  const seconds = new Histogram({
    name: 'millwright_http_request_seconds',
    help: 'Duration of requests, live streams excepted',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 30],
    registers: [register],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    if (route !== '/api/v1/live') seconds.observe({ method: request.method, route, status: `${Math.floor(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1_000)
  })
}

function gauge(register: Registry, name: string, help: string, read: () => ReturnType<Read> | Promise<ReturnType<Read>>, labels: readonly string[] = []): void {
  new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [register],
    async collect() {
      const value = await read()
      this.reset()
      for (const [row, number] of rowsOf(value)) this.set({ ...row }, number)
    },
  })
}

/** A counter that somebody else keeps. */
function counter(register: Registry, name: string, help: string, read: Read, labels: readonly string[] = []): void {
  new Counter({
    name,
    help,
    labelNames: [...labels],
    registers: [register],
    collect() {
      this.reset()
      for (const [row, number] of rowsOf(read())) this.inc({ ...row }, number)
    },
  })
}

/** Callers at the same time share one question. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
}

function rowsOf(value: number | Rows): Rows {
  return typeof value === 'number' ? [[{}, value]] : value
}

function labelled(label: string, counts: ReadonlyMap<string, number>): Rows {
  return [...counts].map(([name, count]) => [{ [label]: name }, count] as const)
}
