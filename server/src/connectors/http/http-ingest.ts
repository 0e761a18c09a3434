import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { LineMapping } from '../payload/line-mapping.ts'
import { LineSeriesTable } from '../payload/line-series.ts'
import type { SampleSink } from '../sink.ts'
import { HttpIngestCounters } from './counters.ts'
import { addInfluxProbes } from './influx-probes.ts'
import { writeV1, writeV2 } from './influx-write.ts'
import { SampleMessages } from './sample-messages.ts'
import { writeSamples } from './sample-write.ts'
import type { HttpIngestSettings } from './settings.ts'

export interface HttpIngestOptions {
  readonly sink: SampleSink
  readonly clock: Clock
  readonly settings: HttpIngestSettings
  /** Counted up by every write. */
  readonly counters?: HttpIngestCounters
}

/**
 * The ways in over HTTP, as a Fastify plugin: `POST /api/v1/samples` (JSON, NDJSON), `POST /write` and `POST /api/v2/write` (InfluxDB line protocol), and
 * what InfluxDB's clients ask before they write. Any content type is taken: what a body is shows in its bytes. An answer that says "stored" means on disk.
 */
export function httpIngest(options: HttpIngestOptions): FastifyPluginAsync {
  const { sink, clock, settings, counters = new HttpIngestCounters() } = options
  const { maxBodyBytes } = settings
  return async (app) => {
    takeAnyBody(app)
    const messages = new SampleMessages(sink)
    app.post('/api/v1/samples', { bodyLimit: maxBodyBytes, schema: { tags: ['ingest'], summary: 'Write samples as JSON', description: JSON_FORM } }, async (request, reply) => {
      return await writeSamples({ messages, clock, maxBodyBytes, counters }, request, reply)
    })
    const table = new LineSeriesTable(new LineMapping(settings.lineTemplate))
    await app.register(async (influx) => {
      addInfluxProbes(influx)
      influx.post('/write', { bodyLimit: maxBodyBytes, schema: { tags: ['ingest'], summary: 'Write InfluxDB line protocol (1.x)', description: LINE_FORM } }, async (request, reply) => {
        return await writeV1({ sink, table, clock, maxBodyBytes, counters }, request, reply)
      })
      influx.post('/api/v2/write', { bodyLimit: maxBodyBytes, schema: { tags: ['ingest'], summary: 'Write InfluxDB line protocol (2.x)', description: LINE_FORM } }, async (request, reply) => {
        return await writeV2({ sink, table, clock, maxBodyBytes, counters }, request, reply)
      })
    })
  }
}

const JSON_FORM = `One message, an array, or one on each line:
\`{"path": "plant/line1/press3", "ts": 1700000000000, "values": {"temperature": 21.5, "running": true}}\`.
For many samples columns cost least: \`{"path": …, "ts": [t1, t2], "values": {"temperature": [21.5, 21.6]}}\`.
Answers 200 with what was stored and what was refused, once it is on disk; 400 when nothing could be taken.`

const LINE_FORM = `InfluxDB line protocol, also gzip; \`precision\` is ns (default), us, ms, s, m or h.
Answers 204 once all is on disk; 400 names the lines that were refused, the others are stored.`

/** Bodies stay streams, whatever their content type: they are read and unpacked piece by piece. */
function takeAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
}
