import { flagName, variableName } from './setting-name.ts'
import { choicesOf, entrySchema, range, variantsOf, type SettingSchema } from './setting-schema.ts'
import { VARIABLE_PREFIX } from './environment-source.ts'

/** The documentation of all settings, as Markdown, made from their schema. */
export function settingsPage(schema: SettingSchema): string {
  const entries = Object.entries(schema.properties ?? {})
  const single = entries.filter(([, inner]) => !isSection(inner))
  const sections = entries.filter(([, inner]) => isSection(inner))
  return [INTRODUCTION, '## General', '', ...rows(single, []), ...sections.flatMap(([key, inner]) => section(key, inner))].join('\n') + '\n'
}

const INTRODUCTION = `# Settings

This page is made from the schema by \`npm run -s millwright -- config --page > docs/settings.md\`; a test keeps it current.

Settings come from a YAML file (\`--config FILE\` or the variable \`MILLWRIGHT_CONFIG\`), over it from variables, over them from flags. Each setting has one name in three spellings:

| in the file | as a variable | as a flag |
|---|---|---|
| \`journal: { queueBytes: 64MiB }\` | \`MILLWRIGHT_JOURNAL__QUEUE_BYTES=64MiB\` | \`--journal.queue-bytes 64MiB\` |

- A name that ends in a unit (\`…Ms\`, \`…Seconds\`, \`…Bytes\`, \`…MiB\`) takes a number in that unit, or a text with its own: \`500ms\`, \`30s\`, \`5min\`, \`12h\`, \`7d\`, \`64KiB\`, \`1.5GB\`.
- Lists and tables may be given to a variable or flag as YAML or JSON; a list of texts also with commas.
- A secret is given by reference, \`\${env:NAME}\` or \`\${file:/path}\`, and is never printed.
- A setting that does not exist, or a value that is out of its limits, is refused at start, all of them at once, with the place and what would be right.
- \`millwright config\` prints the settings in force and where each came from.
`

function isSection(schema: SettingSchema): boolean {
  return schema.properties !== undefined || entrySchema(schema) !== undefined
}

function section(key: string, schema: SettingSchema): string[] {
  const lines = ['', `## ${key}`, '', ...(schema.description === undefined ? [] : [`${schema.description}.`, ''])]
  if (schema.shorthand !== undefined) lines.push(`\`${key}: VALUE\`, \`${VARIABLE_PREFIX}${variableName(key)}\` and \`--${flagName(key)}\` set \`${key}.${schema.shorthand}\`.`, '')
  const inner = entrySchema(schema)
  if (inner === undefined) return [...lines, ...rows(Object.entries(schema.properties ?? {}), [key])]
  lines.push('A table with names of your own.', '')
  const variants = variantsOf(inner)
  if (variants === undefined) return [...lines, ...rows(Object.entries(inner.properties ?? {}), [key, '<name>'])]
  for (const [value, branch] of variants.branches) {
    const properties = Object.entries(branch.properties ?? {}).filter(([name]) => name !== variants.key)
    lines.push(`With \`${variants.key}: ${value}\`:`, '', ...rows(properties, [key, '<name>']), '')
  }
  return lines
}

function rows(entries: readonly (readonly [string, SettingSchema])[], path: readonly string[]): string[] {
  const lines = ['| setting | default | what it is |', '|---|---|---|']
  const walk = (name: readonly string[], schema: SettingSchema): void => {
    if (schema.properties !== undefined) for (const [key, inner] of Object.entries(schema.properties)) walk([...name, key], inner)
    else lines.push(row(name, schema))
    // A table with names of one's own within a section.
    const entry = entrySchema(schema)
    if (entry?.properties !== undefined) walk([...name, '<name>'], entry)
  }
  const row = (name: readonly string[], schema: SettingSchema) => `| \`${name.join('.')}\` | ${defaultText(schema)} | ${cell(whatItIs(schema))} |`
  for (const [key, schema] of entries) walk([...path, key], schema)
  return lines
}

function defaultText(schema: SettingSchema): string {
  if (!('default' in schema)) return ''
  const value = schema.default
  return `\`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\``
}

function whatItIs(schema: SettingSchema): string {
  const choices = choicesOf(schema)
  const limits = choices === undefined ? range(schema).trim() : `one of ${choices.map((choice) => `\`${String(choice)}\``).join(', ')}`
  const example = schema.examples === undefined ? '' : `such as ${schema.examples.map((one) => `\`${String(one)}\``).join(', ')}`
  const notes = [limits, example, schema.secret === true ? 'a secret' : ''].filter((note) => note !== '')
  return `${schema.description ?? ''}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
