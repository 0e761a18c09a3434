import { givenAt, givenText, type Given } from './given.ts'
import { didYouMean } from './nearest-name.ts'
import type { Problem } from './problem.ts'
import { namedSettings, variableName } from './setting-name.ts'
import type { SettingSchema } from './setting-schema.ts'

/** What the names of our variables begin with. */
export const VARIABLE_PREFIX = 'MILLWRIGHT_'

/** Most variables of ours that are read. */
const MAX_VARIABLES = 1000

export interface EnvironmentResult {
  /** One layer for each variable, by their names. */
  readonly layers: readonly Given[]
  readonly problems: readonly Problem[]
}

/**
 * Reads the settings among the variables: `MILLWRIGHT_JOURNAL__QUEUE_BYTES` is `journal.queueBytes`. A variable of ours that names
 * no setting is a problem, because somebody believes that it works. `reserved` names variables that are read elsewhere.
 */
export function readEnvironment(schema: SettingSchema, environment: Readonly<Record<string, string | undefined>>, reserved: readonly string[] = []): EnvironmentResult {
  const paths = new Map(namedSettings(schema).map(({ path }) => [VARIABLE_PREFIX + path.map(variableName).join('__'), path]))
  const problems: Problem[] = []
  const layers: Given[] = []
  const names = Object.keys(environment).filter((name) => name.toUpperCase().startsWith(VARIABLE_PREFIX)).sort()
  for (const name of names.slice(0, MAX_VARIABLES)) {
    const text = environment[name]
    if (text === undefined || reserved.includes(name)) continue
    const origin = { source: 'variable', name } as const
    // Windows keeps the names of variables in any case.
    const path = paths.get(name.toUpperCase())
    if (path === undefined) problems.push({ origin, path: '', message: `names no setting${didYouMean(name, paths.keys())}` })
    else layers.push(givenAt(path, givenText(text, origin)))
  }
  return { layers, problems }
}
