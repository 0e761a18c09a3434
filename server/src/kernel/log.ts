import { pino, type Logger } from 'pino'

/** The log that parts are given; a child per part names it. */
export type Log = Logger

/** A log to standard error, as JSON lines. `info` is silent in a healthy hour. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }))
}

/** A log that says nothing, for tests. */
export const silentLog: Log = pino({ level: 'silent' })
