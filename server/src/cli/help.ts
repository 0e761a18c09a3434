import { flagName } from '../config/setting-name.ts'
import { choicesOf, type SettingSchema } from '../config/setting-schema.ts'
import type { AnyCommand } from './command.ts'

const COMMON: readonly (readonly [string, string])[] = [
  ['--data DIR', 'Folder in which everything is kept (default: ./data)'],
  ['--http HOST:PORT', 'Where the API listens (default: 127.0.0.1:7420)'],
  ['--mqtt HOST:PORT|off', 'Where the embedded MQTT broker listens (default: 127.0.0.1:1883)'],
  ['--config FILE', 'Settings file (YAML)'],
  ['--help', 'This text'],
]

/** The list of commands. */
export function overview(commands: readonly AnyCommand[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const)
  return [
    'Usage: millwright COMMAND [FLAGS]',
    '',
    'Commands:',
    ...table(rows),
    '',
    'millwright COMMAND --help explains one of them. docs/settings.md lists all settings; each is a flag and a MILLWRIGHT_ variable too.',
  ].join('\n')
}

/** What one command does and takes. */
export function commandHelp(command: AnyCommand): string {
  const own: SettingSchema = command.flags
  const rows = Object.entries(own.properties ?? {}).map(([key, schema]) => [flagLabel(key, schema), flagText(schema)] as const)
  const label = command.positionals === undefined ? '' : ` ${command.positionals.label}`
  const lines = [`Usage: millwright ${command.name}${label} [FLAGS]`, '', command.summary]
  if (command.details !== undefined) lines.push('', command.details.trim())
  if (rows.length > 0) lines.push('', 'Flags:', ...table(rows))
  return [...lines, '', 'Flags of every command (and every setting of docs/settings.md, as --section.name):', ...table(COMMON)].join('\n')
}

function flagLabel(key: string, schema: SettingSchema): string {
  if (schema.type === 'boolean') return schema.default === true ? `--no-${flagName(key)}` : `--${flagName(key)}`
  const choices = choicesOf(schema)
  return `--${flagName(key)} ${choices === undefined ? valueWord(schema) : choices.map(String).join('|')}`
}

function valueWord(schema: SettingSchema): string {
  const example = schema.examples?.[0]
  if (example !== undefined) return String(example)
  return schema.type === 'integer' || schema.type === 'number' ? 'N' : 'TEXT'
}

function flagText(schema: SettingSchema): string {
  const usual = schema.default
  const shown = usual === undefined || usual === '' || typeof usual === 'boolean' || (Array.isArray(usual) && usual.length === 0) ? '' : ` (default: ${String(usual)})`
  return `${schema.description ?? ''}${shown}`
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)))
  return rows.map(([left, right]) => (left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`))
}
