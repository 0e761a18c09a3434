import { Type } from 'typebox'
import type { LoadedSettings } from '../config/load-settings.ts'
import { originText } from '../config/problem.ts'
import { settingsPage } from '../config/settings-page.ts'
import { defineCommand, EXIT } from './command.ts'
import { settingsSchema, type Settings } from './settings.ts'

/** `millwright config`: the settings in force, with where each came from. */
export const configCommand = defineCommand({
  name: 'config',
  summary: 'Shows the settings in force and where each came from',
  details: 'Secrets are shown as the reference that names them, never as their value.',
  flags: Type.Object({
    changed: Type.Boolean({ default: false, description: 'Only settings that differ from their default' }),
    page: Type.Boolean({ default: false, description: 'The documentation of all settings instead, as Markdown' }),
  }),
  run: ({ flags, loaded, terminal }) => {
    terminal.stdout.write(flags.page ? settingsPage(settingsSchema) : `${effectiveSettings(loaded, flags.changed).join('\n')}\n`)
    return Promise.resolve(EXIT.ok)
  },
})

/** One line for each setting: its dotted name, its value (never a secret), its origin. */
export function effectiveSettings(loaded: LoadedSettings<Settings>, onlyChanged: boolean): string[] {
  const lines: (readonly [string, string])[] = []
  const walk = (value: unknown, path: string): void => {
    const origin = loaded.origins.get(path)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`)
    } else if (!onlyChanged || (origin !== undefined && origin.source !== 'default')) {
      lines.push([`${path}: ${loaded.hidden.get(path) ?? listWithoutSecrets(value, path, loaded)}`, origin === undefined ? 'default' : originText(origin)])
    }
  }
  walk(loaded.settings, '')
  const width = Math.min(70, Math.max(0, ...lines.map(([left]) => left.length)))
  return lines.map(([left, origin]) => `${left.padEnd(width)}  # ${origin}`)
}

function listWithoutSecrets(value: unknown, path: string, loaded: LoadedSettings<Settings>): string {
  if (!Array.isArray(value)) return JSON.stringify(value) ?? 'null'
  return JSON.stringify(value.map((item: unknown, index) => loaded.hidden.get(`${path}.${index}`) ?? item))
}
