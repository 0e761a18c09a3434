import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { type ConnectionError, type FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { ERROR_CODES } from '../kernel/error.ts'
import { registerAnnotations } from './annotations/annotations.ts'
import type { ApiParts, ApiServer, RouteParts } from './api-parts.ts'
import { registerAssets } from './assets.ts'
import { guardBorder } from './border.ts'
import { createErrorHandler, sendProblem, asMillwrightError } from './error-reply.ts'
import { registerEvents } from './events.ts'
import { Gate } from './gate.ts'
import { registerHealth } from './health.ts'
import { registerInbox } from './inbox.ts'
import { registerLive } from './live/live.ts'
import { registerMetrics } from './metrics.ts'
import { registerModelEdits } from './model-edits.ts'
import { registerModelExchange } from './model-exchange.ts'
import { describeApi } from './openapi.ts'
import { AppFiles } from './pages/app-files.ts'
import { registerPages, sendApp } from './pages/pages.ts'
import { PROBLEM_TYPE, RequestProblem, problemOf } from './problem.ts'
import { RouteTable } from './route-table.ts'
import { registerLast } from './samples/last.ts'
import { registerQuery } from './samples/query.ts'
import { registerSamples } from './samples/samples.ts'
import { registerStatistics } from './samples/statistics.ts'
import { registerSignals } from './signals.ts'
import { dropSlowBodies } from './slow-bodies.ts'
import { registerSql } from './sql.ts'
import { registerStatus } from './status.ts'
import { registerSummary } from './summary.ts'
import { createValidatorCompiler } from './validation.ts'
import { VIEWS, viewOf } from './view-constraint.ts'

/** Big answers that are written at once; the others wait. */
const BIG_ANSWERS = 4
const MAX_HEADER_BYTES = 16 * 1024
/** The longest path, every character of it percent-encoded. */
const MAX_PARAMETER_LENGTH = 10_000
const CONNECTION_CHECK_MS = 1_000
/** Slower than the slowest radio line that machines send over. */
const BODY_PACE = { graceMs: 10_000, bytesPerSecond: 256, checkMs: CONNECTION_CHECK_MS }
/** At a stop, answers under way get this long to end. */
const CLOSE_MS = 2_000

/** The HTTP server with all its routes; it does not listen yet. */
export function createApi(parts: ApiParts): FastifyInstance {
  const { settings } = parts
  const app = createServer(parts)
  const routes = new RouteTable()
  routes.watch(app)
  app.setValidatorCompiler(createValidatorCompiler())
  // Answers are sent as they are; the schemas are for the document, and tests hold the answers against them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler(createErrorHandler(parts.log))
  guardBorder(app, settings)
  describeApi(app, parts.version)
  const waiting = { maxWaitMs: settings.queueTimeoutMs }
  const routeParts: RouteParts = {
    ...parts,
    appFiles: new AppFiles(parts.appFolder, () => parts.clock.monotonicMs()),
    queries: new Gate({ what: 'queries', maxRunning: settings.maxQueries, maxWaiting: settings.maxQueuedQueries, ...waiting }),
    answers: new Gate({ what: 'big answers', maxRunning: BIG_ANSWERS, maxWaiting: settings.maxQueuedQueries, ...waiting }),
    expensive: new Gate({ what: 'exports and SQL statements', maxRunning: settings.maxExpensive, maxWaiting: settings.maxQueuedExpensive, ...waiting }),
  }
  app.setNotFoundHandler(async (request, reply) => (await sendApp(routeParts, request, reply)) ?? sendProblem(reply, routes.problemOf(request.method, request.url)))
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), CLOSE_MS).unref()
  })
  void app.register(async (scope) => registerRoutes(scope.withTypeProvider<TypeBoxTypeProvider>(), routeParts))
  for (const plugin of parts.plugins) void app.register(plugin)
  return app
}

function createServer({ model, settings }: ApiParts): ApiServer {
  const app = Fastify({
    bodyLimit: settings.maxBodyBytes,
    connectionTimeout: settings.idleTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    http: { headersTimeout: settings.headersTimeoutMs, maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: CONNECTION_CHECK_MS },
    forceCloseConnections: 'idle',
    routerOptions: {
      maxParamLength: MAX_PARAMETER_LENGTH,
      constraints: {
        view: {
          name: 'view',
          storage: viewStorage,
          validate: (value) => {
            if (!VIEWS.some((view) => view === value)) throw new Error(`BUG: ${String(value)} is no view of a signal`)
          },
          deriveConstraint: (request) => viewOf(request.url ?? '', model),
        },
      },
    },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, asMillwrightError(error)),
    clientErrorHandler: answerClientError,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.maxConnections = settings.maxConnections
  dropSlowBodies(app.server, BODY_PACE)
  return app
}

/** Where the router keeps its handlers by view. */
function viewStorage<Handler>() {
  const handlers = new Map<string, Handler>()
  return {
    get: (view: string) => handlers.get(view) ?? null,
    set: (view: string, handler: Handler) => void handlers.set(view, handler),
  }
}

function registerRoutes(app: ApiServer, parts: RouteParts): void {
  const hub = registerLive(app, parts)
  registerMetrics(app, parts, hub)
  registerHealth(app, parts)
  registerStatus(app, parts, hub)
  registerSummary(app, parts)
  registerEvents(app, parts)
  registerAssets(app, parts)
  registerSignals(app, parts)
  registerSamples(app, parts)
  registerLast(app, parts)
  registerQuery(app, parts)
  registerStatistics(app, parts)
  registerAnnotations(app, parts)
  registerSql(app, parts)
  registerModelEdits(app, parts)
  registerModelExchange(app, parts)
  registerInbox(app, parts)
  registerPages(app, parts)
}

/** Answers what is no HTTP, has too large headers, or takes too long to arrive; then the connection ends. */
function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const problem = clientProblem(error.code)
  if (socket.writable) {
    const body = JSON.stringify(problemOf(problem))
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : ERROR_CODES[problem.code].http
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
  }
  socket.destroySoon()
}

function clientProblem(code: string | undefined): RequestProblem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestProblem('REQUEST_TIMEOUT', 'the request took too long to arrive')
  if (code === 'HPE_HEADER_OVERFLOW') return new RequestProblem('BAD_REQUEST', `the headers are larger than ${MAX_HEADER_BYTES} bytes`)
  return new RequestProblem('BAD_REQUEST', 'this is not a valid HTTP request')
}
