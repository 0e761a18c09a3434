import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { MillwrightError } from '../../kernel/error.ts'

/** Where the simulated plant's control endpoint is, such as `127.0.0.1:7421`. */
export interface SimulatorRoutesParts {
  readonly control: string
}

const TIMEOUT_MS = 5_000
const state = Type.Object({ nowUs: Type.Number(), speed: Type.Number(), lateUs: Type.Number() })

/** What the simulated plant answers goes to the browser as it is: its own schemas check what it is asked. */
const PASSED_ON = [
  { method: 'GET', path: '/faults', operationId: 'listSimulatedFaults', summary: 'Kinds of faults with where they can be put, and the active and planned ones' },
  { method: 'GET', path: '/truth', operationId: 'readSimulatedTruth', summary: 'What is, was and will be wrong with the simulated plant' },
  { method: 'GET', path: '/plant', operationId: 'describeSimulatedPlant', summary: 'Assets, signals and gateways of the simulated plant' },
  { method: 'POST', path: '/faults', operationId: 'injectSimulatedFault', summary: 'Break something' },
  { method: 'DELETE', path: '/faults/:id', operationId: 'clearSimulatedFault', summary: 'Repair it' },
  { method: 'PUT', path: '/speed', operationId: 'setSimulatedSpeed', summary: 'Run faster or slower than the clock' },
] as const

/** The control of the demonstration's plant below `/api/v1/simulator`, so that the browser needs no second address. */
export function simulatorRoutes({ control }: SimulatorRoutesParts): FastifyPluginAsync {
  return async (app) => {
    for (const { method, path, operationId, summary } of PASSED_ON) {
      app.route({
        method,
        url: `/api/v1/simulator${path}`,
        schema: { tags: ['simulator'], operationId, summary },
        handler: async (request, reply) => {
          const answer = await ask(control, request)
          return reply.code(answer.status).type(answer.headers.get('content-type') ?? 'application/json').send(Buffer.from(await answer.arrayBuffer()))
        },
      })
    }
    registerStatus(app, control)
  }
}

function registerStatus(app: FastifyInstance, control: string): void {
  app.get('/api/v1/simulator/status', { schema: { tags: ['simulator'], operationId: 'simulatorStatus', summary: 'Time and speed of the simulated plant' } }, async () => {
    const body: unknown = await (await reach(control, 'GET', '/state', undefined)).json()
    if (!Value.Check(state, body)) throw new MillwrightError('SOURCE_UNREACHABLE', `what answers at ${control} is no simulated plant`)
    return { timeMs: body.nowUs / 1_000, speed: body.speed, lateMs: body.lateUs / 1_000 }
  })
}

function ask(control: string, request: FastifyRequest): Promise<Response> {
  const path = request.url.slice('/api/v1/simulator'.length)
  return reach(control, request.method, path, request.body === undefined || request.body === null ? undefined : JSON.stringify(request.body))
}

async function reach(control: string, method: string, path: string, body: string | undefined): Promise<Response> {
  const init = body === undefined ? { method } : { method, body, headers: { 'content-type': 'application/json' } }
  try {
    return await fetch(`http://${control}${path}`, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' })
  } catch (thrown) {
    throw new MillwrightError('SOURCE_UNREACHABLE', 'the simulated plant does not answer; it may still be making its past', { cause: thrown, detail: { control } })
  }
}
