/** What a host application says of itself (Sparkplug 3.0, 4.3.4). */
export interface HostState {
  readonly online: boolean
  /** Milliseconds since the epoch: of the host's CONNECT, the same in birth and will. */
  readonly timestamp: number
}

export function formatState({ online, timestamp }: HostState): string {
  return JSON.stringify({ online, timestamp })
}

/** Reads a STATE message; undefined when it is none. */
export function parseState(text: string): HostState | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('online' in value) || !('timestamp' in value)) return undefined
    const { online, timestamp } = value
    return typeof online === 'boolean' && typeof timestamp === 'number' ? { online, timestamp } : undefined
  } catch {
    return undefined
  }
}
