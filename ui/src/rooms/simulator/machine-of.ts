/** Values of a text `state` in which a machine does its work (PackML): in any other a fault of it hardly shows. */
const WORKING = new Set(['execute', 'running', 'run', 'active', 'producing', 'loaded'])

/** The machine that a place of a fault belongs to: without the part behind a colon; undefined for a connection, whose place is no path. */
export function machineOf(target: string, kind: string): string | undefined {
  const path = target.split(':')[0] ?? target
  if (!path.includes('/')) return undefined
  return kind.startsWith('sensor_') ? path.slice(0, path.lastIndexOf('/')) : path
}

/** Whether a machine stands, by what its signals say; undefined where they do not say it. */
export function stands(running: unknown, state: unknown): boolean | undefined {
  if (typeof running === 'boolean') return !running
  return typeof state === 'string' && state !== '' ? !WORKING.has(state.toLowerCase()) : undefined
}
