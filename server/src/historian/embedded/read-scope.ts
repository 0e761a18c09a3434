import { AsyncLocalStorage } from 'node:async_hooks'
import { MillwrightError } from '../../kernel/error.ts'
import type { DuckConnection } from './duck.ts'

const scope = new AsyncLocalStorage<AbortSignal>()

/** Runs a read that is given up when `signal` aborts: its statement is interrupted, and it begins no further one. */
export function untilGivenUp<T>(signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
  return signal === undefined ? read() : scope.run(signal, read)
}

/** Does work of the present read on a connection that nobody else uses meanwhile. Rejects where the read was given up. */
export async function interruptible<T>(connection: DuckConnection, work: () => Promise<T>): Promise<T> {
  const signal = scope.getStore()
  if (signal === undefined) return work()
  if (signal.aborted) throw givenUp()
  const interrupt = (): void => connection.interrupt()
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    return await work()
  } catch (thrown) {
    throw signal.aborted ? givenUp() : thrown
  } finally {
    signal.removeEventListener('abort', interrupt)
  }
}

function givenUp(): MillwrightError {
  return new MillwrightError('QUERY_TOO_EXPENSIVE', 'the read was given up: it took longer than whoever asked would wait')
}
