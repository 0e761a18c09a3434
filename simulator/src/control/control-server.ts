import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isUnder } from '@millwright/model/path.ts'
import { Status } from '@millwright/model/quality.ts'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { Type, type Static } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { FAULT_KINDS } from '../faults/catalogue.ts'
import type { FaultRequest } from '../faults/fault-engine.ts'
import type { PlantSink } from '../plant/gateway-link.ts'
import type { Plant } from '../plant/plant.ts'
import { MAX_WAVEFORM_S } from '../physics/waveform.ts'
import { SPEED_LIMITS, type PlantRunner } from './runner.ts'

/** A request for a fault as it comes over HTTP. */
export const FaultBody = Type.Object(
  {
    kind: Type.String({ maxLength: 100 }),
    target: Type.String({ maxLength: 1000 }),
    variant: Type.Optional(Type.String({ maxLength: 100 })),
    severity: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    rampS: Type.Optional(Type.Number({ minimum: 0 })),
    amount: Type.Optional(Type.Number()),
    beginUs: Type.Optional(Type.Integer({ minimum: 0 })),
    endUs: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
)

const SpeedBody = Type.Object({ speed: Type.Number(SPEED_LIMITS) }, { additionalProperties: false })

const WaveformBody = Type.Object({ asset: Type.String({ maxLength: 500 }), seconds: Type.Number({ exclusiveMinimum: 0, maximum: MAX_WAVEFORM_S, default: 1 }) }, { additionalProperties: false })

const MAX_BODY_BYTES = 16_384
/** Names that a browser on this computer calls this computer; others are refused, because a foreign page could rebind its name to us. */
const OWN_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

/** What the control endpoint stands before. */
export interface ControlTarget {
  readonly plant: Plant
  readonly runner: PlantRunner
  /** Where gateways send, for what they send on request. */
  readonly sink: PlantSink
  /** Further numbers for `GET /state`. */
  readonly counts: () => Readonly<Record<string, number>>
}

interface Answer {
  readonly status: number
  readonly body?: unknown
}

/** The local endpoint through which a page or a command looks at the plant and breaks it. Not yet listening. */
export function createControlServer(target: ControlTarget): Server {
  const server = createServer((request, response) => {
    answer(target, request).then((result) => send(response, result), (error: unknown) => send(response, problem(500, 'internal', error instanceof Error ? error.message : String(error))))
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  server.maxConnections = 64
  return server
}

async function answer(target: ControlTarget, request: IncomingMessage): Promise<Answer> {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  if (!OWN_NAMES.has(host)) return problem(403, 'foreign-host', `the control endpoint answers to localhost only, not to "${host}"`)
  const url = new URL(request.url ?? '/', 'http://localhost')
  const route = `${request.method ?? ''} ${url.pathname}`
  switch (route) {
    case 'GET /plant': return { status: 200, body: describePlant(target.plant) }
    case 'GET /faults': return { status: 200, body: describeFaults(target.plant) }
    case 'GET /truth': return { status: 200, body: { truth: target.plant.truth() } }
    case 'GET /state': return { status: 200, body: { nowUs: target.plant.nowUs, speed: target.runner.speed, lateUs: target.runner.lateUs, lost: target.plant.lost(), ...target.counts() } }
    case 'GET /waveform': return waveform(target.plant, url)
    case 'POST /waveforms': return withBody(request, WaveformBody, (body) => sendWaveform(target, body))
    case 'POST /faults': return withBody(request, FaultBody, (body) => inject(target.plant, body))
    case 'PUT /speed': return withBody(request, SpeedBody, ({ speed }) => {
      target.runner.setSpeed(speed)
      return { status: 200, body: { speed } }
    })
    default: return clear(target.plant, request.method ?? '', url.pathname)
  }
}

function describePlant(plant: Plant) {
  const { assets, signals, gateways } = plant.layout
  return { seed: plant.seed, nowUs: plant.nowUs, assets, signals, gateways: gateways.map(({ name, words, machines }) => ({ name, words, machines: machines.map(({ path }) => path) })) }
}

function describeFaults(plant: Plant) {
  const placements = plant.placements()
  const kinds = FAULT_KINDS.map(({ kind, words, description, defaultSeverity, defaultRampS, growth, amount }) => ({
    kind, words, description, defaultSeverity, defaultRampS, growth, amount, placements: placements[kind] ?? [],
  }))
  return { active: plant.faults(), kinds }
}

function inject(plant: Plant, body: Static<typeof FaultBody>): Answer {
  const outcome = plant.inject(body satisfies FaultRequest)
  return outcome.status === 'injected' ? { status: 201, body: outcome.fault } : problem(422, 'fault-refused', outcome.problem.message, { field: outcome.problem.field })
}

function clear(plant: Plant, method: string, path: string): Answer {
  const id = /^\/faults\/(\d{1,15})$/.exec(path)?.[1]
  if (id === undefined) return problem(404, 'not-found', `there is no ${method} ${path}; there are GET /plant, /faults, /truth, /state, /waveform, POST /faults, /waveforms, DELETE /faults/:id, PUT /speed`)
  if (method !== 'DELETE') return problem(405, 'method', `use DELETE for ${path}`)
  return plant.clear(Number(id)) ? { status: 204 } : problem(404, 'no-such-fault', `no fault ${id} is planned or active`)
}

function waveform(plant: Plant, url: URL): Answer {
  const asset = url.searchParams.get('asset') ?? ''
  const seconds = Number(url.searchParams.get('seconds') ?? '1')
  if (!(seconds > 0 && seconds <= MAX_WAVEFORM_S)) return problem(422, 'seconds', `seconds must be more than 0 and at most ${MAX_WAVEFORM_S}`)
  try {
    const { signal, rateHz, values } = plant.waveform(asset, plant.nowUs, seconds)
    return { status: 200, body: { signal: signal.path, timeUs: plant.nowUs, rateHz, unit: signal.unit, values: Array.from(values) } }
  } catch (error) {
    if (error instanceof RangeError) return problem(422, 'asset', error.message)
    throw error
  }
}

/** Has the gateway of the asset send a waveform, as a vibration monitor does when somebody asks for one. */
function sendWaveform({ plant, sink }: ControlTarget, { asset, seconds }: Static<typeof WaveformBody>): Answer {
  try {
    const { signal, rateHz, values } = plant.waveform(asset, plant.nowUs, seconds)
    const gateway = plant.layout.gateways.find(({ machines }) => machines.some(({ path }) => isUnder(signal.asset, path)))
    if (gateway === undefined) throw new Error(`BUG: ${signal.asset} has no gateway`)
    const batch = new BatchBuilder()
    batch.addWaveform(signal.series, plant.nowUs, rateHz, values, Status.good)
    sink.write(gateway.name, batch.view(plant.nowUs))
    return { status: 202, body: { signal: signal.path, timeUs: plant.nowUs, rateHz, points: values.length } }
  } catch (error) {
    if (error instanceof RangeError) return problem(422, 'asset', error.message)
    throw error
  }
}

async function withBody<Schema extends typeof FaultBody | typeof SpeedBody | typeof WaveformBody>(request: IncomingMessage, schema: Schema, act: (body: Static<Schema>) => Answer): Promise<Answer> {
  // A browser sends this type across origins only after asking, and it is never told yes.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return problem(415, 'content-type', 'send application/json')
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request) {
    const bytes = Buffer.from(piece)
    size += bytes.length
    if (size > MAX_BODY_BYTES) return problem(413, 'too-large', `a body has at most ${MAX_BODY_BYTES} bytes`)
    pieces.push(bytes)
  }
  let body: unknown
  try {
    body = JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch (error) {
    return problem(400, 'json', `the body is not JSON: ${error instanceof Error ? error.message : ''}`)
  }
  if (Check(schema, body)) return act(body)
  return problem(422, 'body', Errors(schema, body).map((error) => `${error.instancePath || 'the body'} ${error.message}`).join('; '))
}

function problem(status: number, type: string, detail: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  return { status, body: { type: `/problems/simulator/${type}`, title: type, status, detail, ...more } }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) {
    response.writeHead(status).end()
    return
  }
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).end(JSON.stringify(body))
}
