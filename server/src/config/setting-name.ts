import { entrySchema, type SettingSchema } from './setting-schema.ts'

/** `queueBytes` as it stands in a variable: `QUEUE_BYTES`. */
export function variableName(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('-', '_').toUpperCase()
}

/** `queueBytes` as it stands in a flag: `queue-bytes`. */
export function flagName(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
}

/** A setting that has a name of its own: its path from the root and its schema. Tables with free names count as one setting. */
export interface NamedSetting {
  readonly path: readonly string[]
  readonly schema: SettingSchema
}

/** All settings of a schema, sections included (they may be given as a whole), in the order of the schema. */
export function namedSettings(schema: SettingSchema, path: readonly string[] = []): NamedSetting[] {
  const found: NamedSetting[] = []
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const here = [...path, key]
    found.push({ path: here, schema: inner })
    if (inner.properties !== undefined && entrySchema(inner) === undefined) found.push(...namedSettings(inner, here))
  }
  return found
}
