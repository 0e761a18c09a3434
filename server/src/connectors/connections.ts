import { Type, type Static } from 'typebox'
import { DEFAULT_BACKOFF } from '../kernel/backoff.ts'
import type { Clock } from '../kernel/clock.ts'
import { MillwrightError } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { SampleSink } from './sink.ts'
import type { Connector } from './source.ts'
import { SourceSupervisor } from './supervisor.ts'

/** Most connections of one Millwright. */
export const MAX_CONNECTIONS = 1_000
const OPEN_TIMEOUT_MS = 15_000

export const connectionSettings = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description: 'Name of the connection, unique; it stands in logs, dead letters and status' }),
    connector: Type.String({ description: 'Kind of connection, such as mqtt-client' }),
    silenceS: Type.Integer({ default: 300, minimum: 1, maximum: 604_800, description: 'A connection that is open and delivers nothing for so long is shown as silent' }),
    settings: Type.Record(Type.String(), Type.Unknown(), { description: "The connector's own settings" }),
  },
  { additionalProperties: false },
)
export const connectionsSettings = Type.Array(connectionSettings, { default: [], maxItems: MAX_CONNECTIONS, description: 'Links that Millwright opens itself' })
export type ConnectionSettings = Static<typeof connectionSettings>

/** What is wrong with connections beyond the form of their settings, each problem with the connection's name. */
export function connectionProblems(connections: readonly ConnectionSettings[], connectors: readonly Connector[]): string[] {
  const names = new Set<string>()
  return connections.flatMap(({ name, connector, settings }) => {
    const isTwice = names.has(name)
    names.add(name)
    const kind = connectors.find((one) => one.name === connector)
    return [
      ...(isTwice ? [`connection ${name}: the name stands twice`] : []),
      ...(kind === undefined ? [`connection ${name}: there is no connector "${connector}"; there is ${connectors.map((one) => one.name).join(', ')}`] : kind.check(settings).map((problem) => `connection ${name}: ${problem}`)),
    ]
  })
}

export interface ConnectionsParts {
  readonly sink: SampleSink
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly environment: (name: string) => string | undefined
  readonly connectors: readonly Connector[]
}

/** A supervisor for each connection, not started yet. Throws `CONFIG_INVALID` with all that is wrong. */
export function superviseConnections(connections: readonly ConnectionSettings[], parts: ConnectionsParts): SourceSupervisor[] {
  const problems = connectionProblems(connections, parts.connectors)
  if (problems.length > 0) throw new MillwrightError('CONFIG_INVALID', problems.join('; '), { detail: { problems } })
  const { sink, clock, log, random, environment } = parts
  return connections.flatMap(({ name, connector, silenceS, settings }) => {
    const kind = parts.connectors.find((one) => one.name === connector)
    if (kind === undefined) return []
    const create = () => kind.create(settings, { name, sink, clock, environment })
    return [new SourceSupervisor({ name, create, sink, clock, log: log.child({ connector }), random, backoff: DEFAULT_BACKOFF, openTimeoutMs: OPEN_TIMEOUT_MS, silenceMs: silenceS * 1000 })]
  })
}
