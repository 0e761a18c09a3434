import { readFileSync } from 'node:fs'
import type { Static, TObject } from 'typebox'
import { messageOf } from '../kernel/error.ts'
import { readEnvironment } from './environment-source.ts'
import { overlay, type Given } from './given.ts'
import { settingsError, type Origin, type Problem } from './problem.ts'
import { resolveSettings } from './resolve-settings.ts'
import { shaped } from './shape.ts'
import type { SettingSchema } from './setting-schema.ts'
import { readYaml } from './yaml-source.ts'

/** What a check over several settings found: the dotted path that it is about, and what would be right. */
export interface CheckFinding {
  readonly path: string
  readonly message: string
}

/** A rule over several settings, beside their schema. It sees settings that are right one by one. */
export type SettingsCheck<T> = (settings: T) => readonly CheckFinding[]

export interface SettingsSources {
  /** The settings file, if one was named. */
  readonly file?: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Variables with our prefix that are no settings. */
  readonly reservedVariables?: readonly string[]
  /** What flags gave, in their order. */
  readonly flags?: readonly Given[]
}

/** Settings that are right, with where each came from. Frozen, to the last list. */
export interface LoadedSettings<T> {
  readonly settings: T
  readonly origins: ReadonlyMap<string, Origin>
  /** What to print instead of values that must not be seen, by dotted path. */
  readonly hidden: ReadonlyMap<string, string>
}

/**
 * Reads the settings: the file, over it the variables, over them the flags, below all of them the schema's defaults.
 * Throws one `CONFIG_INVALID` that names everything that is wrong.
 */
export function loadSettings<S extends TObject>(schema: S, checks: readonly SettingsCheck<Static<S>>[], sources: SettingsSources): LoadedSettings<Static<S>> {
  const root: SettingSchema = schema
  const problems: Problem[] = []
  const layers: Given[] = []
  if (sources.file !== undefined) {
    const read = readFile(sources.file)
    problems.push(...read.problems)
    if (read.given !== undefined) layers.push(read.given)
  }
  const variables = readEnvironment(root, sources.environment, sources.reservedVariables)
  problems.push(...variables.problems)
  layers.push(...variables.layers, ...(sources.flags ?? []))
  const all = layers.map((layer) => shaped(root, layer, problems)).reduce<Given | undefined>((below, layer) => (below === undefined ? layer : overlay(below, layer)), undefined)
  const resolved = resolveSettings(root, all, sources.environment)
  problems.push(...resolved.problems)
  if (problems.length > 0) throw settingsError(problems)
  const settings = resolved.value as Static<S>
  const findings = checks.flatMap((check) => check(settings))
  if (findings.length > 0) {
    throw settingsError(findings.map(({ path, message }) => ({ origin: originOf(path, resolved.origins), path, message })))
  }
  return { settings: deepFrozen(settings), origins: resolved.origins, hidden: resolved.hidden }
}

function readFile(file: string): { readonly given: Given | undefined; readonly problems: readonly Problem[] } {
  try {
    const read = readYaml(readFileSync(file, 'utf8'), file)
    if (read.given === undefined || read.given.form === 'table') return read
    return { given: undefined, problems: [{ origin: read.given.origin, path: '', message: 'expected settings by name, such as "data: ./data"' }] }
  } catch (thrown) {
    return { given: undefined, problems: [{ origin: { source: 'flag', name: '--config' }, path: '', message: `the file cannot be read: ${messageOf(thrown)}` }] }
  }
}

function originOf(path: string, origins: ReadonlyMap<string, Origin>): Origin {
  return origins.get(path) ?? { source: 'default' }
}

/** Freezes a value and all that is in it. */
export function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFrozen(inner)
  }
  return value
}
