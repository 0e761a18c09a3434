import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { SampleBatch } from '@millwright/model/sample-batch.ts'
import type { Clock } from '../kernel/clock.ts'
import { MillwrightError } from '../kernel/error.ts'
import type { SampleSink } from './sink.ts'

/** Samples of a source with their receipt. */
export interface Delivery {
  /** Valid until the delivery is settled. */
  readonly batch: SampleBatch
  /** Tells the source that the samples are on disk, so that it may acknowledge them. Rejects when the link was lost meanwhile: they will come again. */
  settle(): Promise<void>
}

/**
 * One link to a machine, a gateway or a broker, for one attempt: a new one is made for each. The supervisor opens, reads and closes it, in this order;
 * retry, backoff, states and logs are its business, never the source's.
 */
export interface Source {
  /** One attempt to connect and subscribe. Rejects with `SOURCE_UNREACHABLE` or `CONFIG_INVALID`; gives up when `signal` aborts. */
  open(signal: AbortSignal): Promise<void>
  /** Deliveries until `signal` aborts. Throws when the link is lost. */
  read(signal: AbortSignal): AsyncIterable<Delivery>
  /** Gives everything back. Never rejects, also after a failed `open` and when called twice. */
  close(): Promise<void>
}

/** How long an open connection may deliver nothing before it is shown as silent, unless its settings say otherwise. */
export const DEFAULT_SILENCE_S = 300
/** A setting that every connector has. */
export const silenceS = Type.Integer({ default: DEFAULT_SILENCE_S, minimum: 1, maximum: 604_800, description: 'Seconds without a sample after which an open connection is shown as silent' })

/** What a source is made with. */
export interface SourceParts {
  /** The connection's name, which stands in dead letters. */
  readonly name: string
  /** Names, refusals and dead letters; samples go out in deliveries. */
  readonly sink: SampleSink
  readonly clock: Clock
  /** The value of an environment variable, for secrets. */
  readonly environment: (name: string) => string | undefined
}

/** A kind of connection: what one folder of `connectors/` exports and `registry.ts` lists. */
export interface Connector {
  /** Its name in settings, such as `mqtt-client`. */
  readonly name: string
  readonly title: string
  /** Settings of one connection, from which parser, docs and form come. */
  readonly settings: TSchema
  /** What is wrong with settings, missing ones taken as their defaults; none when they can be used. */
  check(settings: unknown): readonly string[]
  /** Makes a source without any I/O. Throws `CONFIG_INVALID`. */
  create(settings: unknown, parts: SourceParts): Source
}

/** Makes a connector of typed pieces; its settings are checked before `create` sees them. */
export function connector<S extends TSchema>(spec: {
  readonly name: string
  readonly title: string
  readonly settings: S
  readonly check?: (settings: Static<S>) => readonly string[]
  readonly create: (settings: Static<S>, parts: SourceParts) => Source
}): Connector {
  const completed = (value: unknown): unknown => Value.Default(spec.settings, Value.Clone(value))
  const problemsOf = (value: unknown): readonly string[] => {
    if (!Value.Check(spec.settings, value)) return Value.Errors(spec.settings, value).map((error) => `${error.instancePath || 'settings'}: ${error.message}`)
    return spec.check?.(value) ?? []
  }
  return {
    name: spec.name,
    title: spec.title,
    settings: spec.settings,
    check: (value) => problemsOf(completed(value)),
    create: (value, parts) => {
      const settings = completed(value)
      const problems = problemsOf(settings)
      if (problems.length > 0 || !Value.Check(spec.settings, settings)) throw new MillwrightError('CONFIG_INVALID', `connection ${parts.name}: ${problems.join('; ')}`)
      return spec.create(settings, parts)
    },
  }
}
