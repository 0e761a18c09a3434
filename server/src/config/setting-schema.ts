/**
 * The part of JSON Schema that settings are written in, as TypeBox makes it. Three annotations are our own:
 * `secret` (never printed, given by reference), `shorthand` (a plain value in place of the object means this key of it),
 * and `examples` (shown in the documentation).
 */
export interface SettingSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, SettingSchema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, SettingSchema>>
  readonly items?: SettingSchema
  readonly anyOf?: readonly SettingSchema[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly pattern?: string
  readonly secret?: boolean
  readonly shorthand?: string
  readonly examples?: readonly unknown[]
  /** TypeBox's mark of a schema whose static type was declared by hand (`Type.Unsafe`). */
  readonly '~unsafe'?: unknown
}

/** The schema of a table's entries when `schema` is a table with free names (a TypeBox record), such as `connections`. */
export function entrySchema(schema: SettingSchema): SettingSchema | undefined {
  return schema.properties === undefined && schema.patternProperties !== undefined ? Object.values(schema.patternProperties)[0] : undefined
}

/** A branch of a union that is chosen by a property of constant value, such as `type: mqtt`. */
export interface Variants {
  readonly key: string
  readonly branches: ReadonlyMap<string, SettingSchema>
}

/** The variants of a union of objects, found by the property that is a constant in all of them. */
export function variantsOf(schema: SettingSchema): Variants | undefined {
  const branches = schema.anyOf
  const first = branches?.[0]?.properties
  if (branches === undefined || first === undefined) return undefined
  for (const key of Object.keys(first)) {
    const byValue = new Map<string, SettingSchema>()
    for (const branch of branches) {
      const constant = branch.properties?.[key]?.const
      if (typeof constant === 'string') byValue.set(constant, branch)
    }
    if (byValue.size === branches.length) return { key, branches: byValue }
  }
  return undefined
}

/** The values of a choice among constants; undefined when the schema is no such choice. */
export function choicesOf(schema: SettingSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const]
  if (schema.enum !== undefined) return schema.enum
  if (schema.anyOf !== undefined && schema.anyOf.every((branch) => 'const' in branch)) return schema.anyOf.map((branch) => branch.const)
  return undefined
}

/** What the schema takes, as the end of the sentence "expected …". */
export function expectation(schema: SettingSchema, name: string): string {
  const choices = choicesOf(schema)
  if (choices !== undefined) return choices.length === 1 ? String(choices[0]) : `one of ${choices.map(String).join(', ')}`
  if (schema.anyOf !== undefined) return schema.anyOf.map((branch) => expectation(branch, name)).join(', or ')
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'a whole number' : 'a number'}${range(schema)}${unitHint(name)}`
    case 'boolean':
      return 'true or false'
    case 'string':
      return `a text${lengthRange(schema)}${schema.pattern === undefined ? '' : ` of the form ${schema.pattern}`}${example(schema)}`
    case 'array':
      return `a list${schema.maxItems === undefined ? '' : ` of at most ${schema.maxItems}`}`
    case 'object':
      return 'a table of settings'
    case 'null':
      return 'null'
    default:
      return schema.type ?? 'something else'
  }
}

/** The limits of a number, as words to follow "a number"; empty when it has none. */
export function range(schema: SettingSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  const parts: string[] = []
  if (minimum !== undefined) parts.push(`at least ${minimum}`)
  if (exclusiveMinimum !== undefined) parts.push(`above ${exclusiveMinimum}`)
  if (maximum !== undefined) parts.push(`at most ${maximum}`)
  if (exclusiveMaximum !== undefined) parts.push(`below ${exclusiveMaximum}`)
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`
}

function lengthRange({ minLength, maxLength }: SettingSchema): string {
  if (minLength !== undefined && maxLength !== undefined) return ` of ${minLength} to ${maxLength} characters`
  if (minLength !== undefined) return minLength === 1 ? ' that is not empty' : ` of at least ${minLength} characters`
  return maxLength === undefined ? '' : ` of at most ${maxLength} characters`
}

function example(schema: SettingSchema): string {
  const first = schema.examples?.[0]
  return first === undefined ? '' : `, such as ${String(first)}`
}

function unitHint(name: string): string {
  if (/Ms$|Us$|Seconds$|Minutes$|Hours$|Days$/.test(name)) return ', or a time such as 30s or 5min'
  return /Bytes$|MiB$/.test(name) ? ', or a size such as 64MiB' : ''
}
