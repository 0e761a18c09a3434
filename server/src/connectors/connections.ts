import { DEFAULT_BACKOFF } from '../kernel/backoff.ts'
import type { Clock } from '../kernel/clock.ts'
import { MillwrightError } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import type { SampleSink } from './sink.ts'
import { DEFAULT_SILENCE_S, type Connector } from './source.ts'
import { SourceSupervisor, type ConnectionChange } from './supervisor.ts'

const OPEN_TIMEOUT_MS = 15_000

/** Connections by name: the name of a connector, and that connector's settings beside it. */
export type Connections = Readonly<Record<string, { readonly type: string; readonly [setting: string]: unknown }>>

export interface ConnectionsParts {
  readonly sink: SampleSink
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  /** The value of an environment variable, for secrets. */
  readonly environment: (name: string) => string | undefined
  readonly connectors: readonly Connector[]
  /** Hears when the link of a connection comes and goes. */
  readonly onChange?: (name: string, change: ConnectionChange) => void
}

/** A supervisor for each connection, not started yet. Throws `CONFIG_INVALID` with all that is wrong. */
export function superviseConnections(connections: Connections, parts: ConnectionsParts): SourceSupervisor[] {
  const problems: string[] = []
  const supervisors = Object.entries(connections).flatMap(([name, { type, ...settings }]) => {
    const connector = parts.connectors.find((one) => one.name === type)
    if (connector === undefined) {
      problems.push(`connection ${name}: there is no connector "${type}"; there is ${parts.connectors.map((one) => one.name).join(', ')}`)
      return []
    }
    problems.push(...connector.check(settings).map((problem) => `connection ${name}: ${problem}`))
    return [supervisorFor(name, connector, settings, parts)]
  })
  if (problems.length > 0) throw new MillwrightError('CONFIG_INVALID', problems.join('; '), { detail: { problems } })
  return supervisors
}

function supervisorFor(name: string, connector: Connector, settings: Readonly<Record<string, unknown>>, parts: ConnectionsParts): SourceSupervisor {
  const { sink, clock, log, random, environment, onChange } = parts
  const silenceS = typeof settings.silenceS === 'number' ? settings.silenceS : DEFAULT_SILENCE_S
  return new SourceSupervisor({
    name,
    create: () => connector.create(settings, { name, sink, clock, environment }),
    sink,
    clock,
    log: log.child({ connector: connector.name }),
    random,
    backoff: DEFAULT_BACKOFF,
    openTimeoutMs: OPEN_TIMEOUT_MS,
    silenceMs: silenceS * 1000,
    ...(onChange !== undefined && { onChange: (change: ConnectionChange) => onChange(name, change) }),
  })
}
