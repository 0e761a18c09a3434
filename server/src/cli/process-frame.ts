import { STOP_DEADLINE_MS } from '../kernel/lifecycle.ts'
import type { AnyCommand } from './command.ts'
import { run } from './run.ts'

/**
 * Runs the command line of this process: the first Ctrl-C or SIGTERM asks the command to stop, the second one ends the process at once, and so does
 * a stop that takes longer than was promised.
 */
export async function runProcess(commands: readonly AnyCommand[]): Promise<void> {
  const stop = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(SIGNAL_EXIT[name] ?? 1)
    stop.abort()
    process.stderr.write(`\nmillwright: stopping (${name}); a second one ends it at once\n`)
    setTimeout(() => {
      process.stderr.write('millwright: did not stop in time; what was acknowledged is on disk\n')
      process.exit(1)
    }, STOP_DEADLINE_MS).unref()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  // `millwright export … | head` closes our output: that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  const { stdin, stdout, stderr, env } = process
  process.exitCode = await run(process.argv.slice(2), commands, { stdin, stdout, stderr, environment: env }, stop.signal)
}

/** The shell's convention: 128 and the signal's number. */
const SIGNAL_EXIT: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }
