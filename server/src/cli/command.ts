import type { Readable, Writable } from 'node:stream'
import type { Static, TObject } from 'typebox'
import type { LoadedSettings } from '../config/load-settings.ts'
import type { Settings } from './settings.ts'

/** How a command ended, as the shell sees it. */
export const EXIT = {
  ok: 0,
  /** It was asked rightly and did not succeed. */
  failure: 1,
  /** It was asked wrongly: an unknown command, flag or setting. */
  usage: 2,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What a command may touch of the process that it runs in; tests hand in their own. */
export interface Terminal {
  readonly stdin: Readable
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** One call of a command: everything it was given. */
export interface Invocation<F> {
  /** The command's own flags, right by its schema. */
  readonly flags: F
  readonly positionals: readonly string[]
  readonly loaded: LoadedSettings<Settings>
  readonly settings: Settings
  readonly terminal: Terminal
  /** Aborts at the first Ctrl-C or SIGTERM; the command then has 5 s to stop cleanly. */
  readonly signal: AbortSignal
}

/** What stands after the command's name besides flags. */
export interface Positionals {
  /** As the help shows it, such as `FILE…`. */
  readonly label: string
  readonly minimum: number
  readonly maximum: number
}

/** A command of `millwright`. */
export interface Command<S extends TObject = TObject> {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What the help says below the usage line: what it does, examples. */
  readonly details?: string
  readonly positionals?: Positionals
  /** Its own flags: `timeZone` is `--time-zone`. Every setting is a flag of every command besides. */
  readonly flags: S
  run(invocation: Invocation<Static<S>>): Promise<ExitCode>
}

/** Lets the flags' type be inferred while commands of all kinds go into one list. */
export function defineCommand<S extends TObject>(command: Command<S>): AnyCommand {
  return {
    ...command,
    // The frame has checked the flags against this very schema.
    run: (invocation) => command.run({ ...invocation, flags: invocation.flags as Static<S> }),
  }
}

/** A command whose flags' type is no longer known. */
export interface AnyCommand extends Omit<Command, 'run'> {
  run(invocation: Invocation<unknown>): Promise<ExitCode>
}
