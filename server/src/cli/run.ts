import { didYouMean } from '../config/nearest-name.ts'
import { loadSettings, type LoadedSettings } from '../config/load-settings.ts'
import { overlay, type Given } from '../config/given.ts'
import { settingsError } from '../config/problem.ts'
import { resolveSettings } from '../config/resolve-settings.ts'
import { shaped } from '../config/shape.ts'
import { MillwrightError, messageOf } from '../kernel/error.ts'
import { parseArguments } from './arguments.ts'
import { EXIT, type AnyCommand, type ExitCode, type Terminal } from './command.ts'
import { commandHelp, overview } from './help.ts'
import { settingsChecks, settingsSchema, type Settings } from './settings.ts'

/** Variables with our prefix that are no settings: where the settings file is, for services that cannot pass flags. */
export const CONFIG_VARIABLE = 'MILLWRIGHT_CONFIG'

/** Runs the command that `argv` (without `node` and the script) names. Never throws: what went wrong is said on standard error. */
export async function run(argv: readonly string[], commands: readonly AnyCommand[], terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const say = (text: string) => terminal.stderr.write(`${text}\n`)
  const [name, ...rest] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return printHelp(rest[0], commands, terminal)
  const command = commands.find((known) => known.name === name)
  if (command === undefined) {
    say(`millwright: "${name}" is no command${didYouMean(name, commands.map((known) => known.name))}\n\n${overview(commands)}`)
    return EXIT.usage
  }
  try {
    const parsed = parseArguments(rest, command.flags, settingsSchema)
    if (parsed.help) {
      terminal.stdout.write(`${commandHelp(command)}\n`)
      return EXIT.ok
    }
    const problems = [...parsed.problems]
    const { minimum, maximum, label } = command.positionals ?? { minimum: 0, maximum: 0, label: '' }
    const surplus = parsed.positionals[maximum]
    const flag = (of: string) => ({ source: 'flag', name: of }) as const
    if (parsed.positionals.length < minimum) problems.push({ origin: flag(command.name), path: '', message: `expected ${label}` })
    if (surplus !== undefined) problems.push({ origin: flag(surplus), path: '', message: `is one too many: expected ${label === '' ? 'only flags' : label}` })
    const own = resolveSettings(command.flags, merged(command, parsed.own, problems), terminal.environment)
    problems.push(...own.problems.map((problem) => ({ ...problem, path: '' })))
    if (problems.length > 0) throw settingsError(problems)
    const file = parsed.config ?? terminal.environment[CONFIG_VARIABLE]
    const loaded = loadSettings(settingsSchema, settingsChecks, { file, environment: terminal.environment, reservedVariables: [CONFIG_VARIABLE], flags: parsed.settings })
    return await command.run({ flags: own.value, positionals: parsed.positionals, loaded, settings: loaded.settings, terminal, signal })
  } catch (thrown) {
    say(`millwright ${command.name}: ${failureText(thrown)}`)
    return thrown instanceof MillwrightError && thrown.code === 'CONFIG_INVALID' ? EXIT.usage : EXIT.failure
  }
}

/** The settings that a process would run with when nothing but flags and variables is given: for tests and benches. */
export function settingsFrom(flags: readonly string[], environment: Readonly<Record<string, string | undefined>> = {}): LoadedSettings<Settings> {
  const parsed = parseArguments(flags, {}, settingsSchema)
  if (parsed.problems.length > 0) throw settingsError(parsed.problems)
  return loadSettings(settingsSchema, settingsChecks, { file: parsed.config, environment, flags: parsed.settings })
}

function merged(command: AnyCommand, layers: readonly Given[], problems: Parameters<typeof shaped>[2]): Given | undefined {
  return layers.map((layer) => shaped(command.flags, layer, problems)).reduce<Given | undefined>((below, layer) => (below === undefined ? layer : overlay(below, layer)), undefined)
}

function printHelp(name: string | undefined, commands: readonly AnyCommand[], terminal: Terminal): ExitCode {
  const command = commands.find((known) => known.name === name)
  terminal.stdout.write(`${command === undefined ? overview(commands) : commandHelp(command)}\n`)
  return EXIT.ok
}

/** The message, and what caused it; the stack only of what should never be thrown. */
function failureText(thrown: unknown): string {
  if (!(thrown instanceof MillwrightError)) return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  const cause = thrown.cause === undefined ? '' : `\n  because: ${messageOf(thrown.cause)}`
  return `${thrown.message}${cause}`
}
