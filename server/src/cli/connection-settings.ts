import { IsObject, Type } from 'typebox'
import type { CheckFinding } from '../config/load-settings.ts'
import { CONNECTORS } from '../connectors/registry.ts'

/** One configured link to a source: the name of its connector, and that connector's own settings beside it. */
export interface ConnectionSettings {
  readonly type: string
  readonly [setting: string]: unknown
}

/** Most connections of one Millwright. */
const MAX_CONNECTIONS = 10_000

const variants = CONNECTORS.map(({ name, title, settings }) => {
  if (!IsObject(settings)) throw new Error(`BUG: the settings of connector ${name} are no object`)
  return Type.Object({ type: Type.Literal(name), ...settings.properties }, { additionalProperties: false, description: title })
})

/** The section `connections`: a table with names of one's own, each entry by the schema of its connector. */
export const connectionsSection = Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$' }), Type.Unsafe<ConnectionSettings>({ anyOf: variants }), {
  default: {},
  maxProperties: MAX_CONNECTIONS,
  description: 'Links that Millwright opens itself, by names of your own',
})

/** What connectors find wrong with their connections beyond single settings. */
export function checkConnections({ connections }: { readonly connections: Readonly<Record<string, ConnectionSettings>> }): readonly CheckFinding[] {
  return Object.entries(connections).flatMap(([name, { type, ...settings }]) => {
    const connector = CONNECTORS.find((known) => known.name === type)
    return (connector?.check(settings) ?? []).map((message) => ({ path: `connections.${name}.type`, message }))
  })
}
