import { givenAt, givenText, type Given } from '../config/given.ts'
import { didYouMean } from '../config/nearest-name.ts'
import type { Problem } from '../config/problem.ts'
import { flagName, namedSettings } from '../config/setting-name.ts'
import type { SettingSchema } from '../config/setting-schema.ts'

/** A command line taken apart. What flags gave is not yet checked against any schema. */
export interface ParsedArguments {
  readonly positionals: readonly string[]
  /** The command's own flags, one layer each. */
  readonly own: readonly Given[]
  /** Settings given as flags, one layer each. */
  readonly settings: readonly Given[]
  readonly config: string | undefined
  readonly help: boolean
  readonly problems: readonly Problem[]
}

interface KnownFlag {
  readonly path: readonly string[]
  readonly schema: SettingSchema
  readonly kind: 'own' | 'setting'
}

/**
 * Takes apart what stands behind the command's name. Flags are `--name value`, `--name=value`, `--switch` and `--no-switch`; a list may be repeated.
 * Every setting is a flag under its dotted name (`--journal.queue-bytes 64MiB`). After `--` all is positional.
 */
export function parseArguments(argv: readonly string[], own: SettingSchema, settings: SettingSchema): ParsedArguments {
  const known = knownFlags(own, settings)
  const positionals: string[] = []
  const layers = { own: new Map<string, Given>(), setting: new Map<string, Given>() }
  const problems: Problem[] = []
  let config: string | undefined
  let help = false
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    if (argument === '--') {
      positionals.push(...argv.slice(index + 1))
      break
    }
    if (argument === '-h' || argument === '--help') {
      help = true
      continue
    }
    if (!argument.startsWith('-') || argument === '-') {
      positionals.push(argument)
      continue
    }
    const { name, inline } = split(argument)
    const flag = name === 'config' ? undefined : lookUp(known, name)
    const origin = { source: 'flag', name: `--${name}` } as const
    if (name !== 'config' && flag === undefined) {
      problems.push({ origin: { source: 'flag', name: argument.split('=', 1)[0] ?? argument }, path: '', message: `is no flag of this command${suggestion(name, known)}` })
      // Its value is not a file name by accident.
      if (inline === undefined && argv[index + 1]?.startsWith('-') === false) index++
      continue
    }
    const isSwitch = flag?.flag.schema.type === 'boolean'
    const value = inline ?? (isSwitch ? (flag.negated ? 'false' : 'true') : argv[++index])
    if (value === undefined || (inline === undefined && !isSwitch && /^--?[a-z]/i.test(value))) {
      problems.push({ origin, path: '', message: 'needs a value' })
      if (value !== undefined) index--
      continue
    }
    if (flag === undefined) config = value
    else addLayer(layers[flag.flag.kind], flag.flag, givenText(value, origin))
  }
  return { positionals, own: [...layers.own.values()], settings: [...layers.setting.values()], config, help, problems }
}

function knownFlags(own: SettingSchema, settings: SettingSchema): ReadonlyMap<string, KnownFlag> {
  const known = new Map<string, KnownFlag>()
  for (const { path, schema } of namedSettings(settings)) known.set(path.map(flagName).join('.'), { path, schema, kind: 'setting' })
  for (const [key, schema] of Object.entries(own.properties ?? {})) known.set(flagName(key), { path: [key], schema, kind: 'own' })
  return known
}

function lookUp(known: ReadonlyMap<string, KnownFlag>, name: string): { readonly flag: KnownFlag; readonly negated: boolean } | undefined {
  const spelled = name.split('.').map(flagName).join('.')
  const flag = known.get(spelled)
  if (flag !== undefined) return { flag, negated: false }
  const positive = spelled.startsWith('no-') ? known.get(spelled.slice(3)) : undefined
  return positive?.schema.type === 'boolean' ? { flag: positive, negated: true } : undefined
}

function split(argument: string): { readonly name: string; readonly inline: string | undefined } {
  const bare = argument.replace(/^--?/, '')
  const cut = bare.indexOf('=')
  return cut < 0 ? { name: bare, inline: undefined } : { name: bare.slice(0, cut), inline: bare.slice(cut + 1) }
}

/** A list that is given twice has both; any other flag keeps the last. */
function addLayer(layers: Map<string, Given>, flag: KnownFlag, text: Given): void {
  const key = flag.path.join('.')
  const earlier = layers.get(key)
  if (flag.schema.type !== 'array') {
    layers.set(key, givenAt(flag.path, text))
    return
  }
  const items = [...listAt(earlier, flag.path), text]
  layers.set(key, givenAt(flag.path, { form: 'list', origin: text.origin, items }))
}

function listAt(given: Given | undefined, path: readonly string[]): readonly Given[] {
  const found = path.reduce<Given | undefined>((node, key) => (node?.form === 'table' ? node.entries.get(key)?.node : undefined), given)
  return found?.form === 'list' ? found.items : []
}

function suggestion(name: string, known: ReadonlyMap<string, KnownFlag>): string {
  const near = didYouMean(name, [...known.keys(), 'config', 'help'])
  return near === '' ? '; --help lists them' : near.replace('"', '"--')
}
