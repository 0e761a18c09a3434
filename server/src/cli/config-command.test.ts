import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { settingsPage } from '../config/settings-page.ts'
import { effectiveSettings } from './config-command.ts'
import { settingsFrom } from './run.ts'
import { settingsSchema } from './settings.ts'

test('docs/settings.md is what the schema says', () => {
  const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8').replaceAll('\r\n', '\n')
  assert.equal(page, settingsPage(settingsSchema), 'run: npm run -s millwright -- config --page > docs/settings.md')
})

test('every setting has a description and stands within its own limits', () => {
  const nameless: string[] = []
  const walk = (schema: { readonly properties?: object; readonly description?: string }, path: string): void => {
    if (path !== '' && schema.description === undefined) nameless.push(path)
    for (const [key, inner] of Object.entries(schema.properties ?? {})) walk(inner as object, path === '' ? key : `${path}.${key}`)
  }
  walk(settingsSchema, '')
  assert.deepEqual(nameless, [])
  settingsFrom([])
})

test('the settings in force are listed with their origin', () => {
  const loaded = settingsFrom(['--journal.queue-bytes', '64MiB'], { MILLWRIGHT_LOG: 'warn' })
  assert.deepEqual(effectiveSettings(loaded, true), ['log.level: "warn"             # MILLWRIGHT_LOG', 'journal.queueBytes: 67108864  # --journal.queue-bytes'])
  assert.ok(effectiveSettings(loaded, false).some((line) => /^data: ".\/data" +# default$/.test(line)))
})
