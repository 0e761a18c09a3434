import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** The InfluxDB whose write API this is, for clients that look at the version; the part behind `+` says who really answers. */
const VERSION = '1.8.10+millwright'

/** What Telegraf, Node-RED and InfluxDB's client libraries ask before they write. */
export function addInfluxProbes(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-influxdb-version', VERSION).header('x-influxdb-build', 'Millwright')
  })
  // Fastify answers HEAD /ping too.
  app.get('/ping', { schema: { tags: ['ingest'], summary: "InfluxDB's ping" } }, async (_request, reply) => await reply.code(204).send())
  app.get('/health', { schema: { tags: ['ingest'], summary: "InfluxDB's health" } }, async () => ({
    name: 'influxdb',
    message: 'ready for queries and writes',
    status: 'pass',
    checks: [],
    version: VERSION,
  }))
  for (const method of ['GET', 'POST'] as const) {
    app.route({ method, url: '/query', schema: { tags: ['ingest'], summary: "InfluxDB's CREATE and SHOW DATABASE; databases need not be made" }, handler: query })
  }
}

async function query(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const text = await statementOf(request)
  if (/^\s*create\s+(database|retention\s+policy)\b/i.test(text)) return await reply.send({ results: [{ statement_id: 0 }] })
  if (/^\s*show\s+databases\b/i.test(text)) {
    return await reply.send({ results: [{ statement_id: 0, series: [{ name: 'databases', columns: ['name'], values: [['millwright']] }] }] })
  }
  return await reply.code(400).send({ error: 'Millwright takes InfluxDB writes, not its queries; read samples with GET /api/v1/signals/<signal path>/samples or POST /api/v1/sql' })
}

const MAX_STATEMENT_BYTES = 8_192

/** The statement `q`, from the address or from a form. */
async function statementOf(request: FastifyRequest): Promise<string> {
  const inQuery = typeof request.query === 'object' && request.query !== null ? Reflect.get(request.query, 'q') : undefined
  if (typeof inQuery === 'string') return inQuery
  let form = ''
  for await (const piece of request.raw.iterator({ destroyOnReturn: false })) {
    form += String(piece)
    if (form.length > MAX_STATEMENT_BYTES) break
  }
  request.raw.resume()
  return new URLSearchParams(form.slice(0, MAX_STATEMENT_BYTES)).get('q') ?? ''
}
