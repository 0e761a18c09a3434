import type { CloseReason } from './counters.ts'
import type { MqttSettings } from './settings.ts'

/** A large packet may take longer than `packetSeconds`, at this many bytes a millisecond. */
const SLOWEST_BYTES_PER_MS = 8

/** The times of a connection that deadlines are about, on the monotonic clock, milliseconds. */
export interface LinkTimes {
  readonly nowMs: number
  /** When it was opened, while its CONNECT has not come; else undefined. */
  readonly waitingSinceMs: number | undefined
  /** How long the client has taken nothing of what waits for it. */
  readonly stalledMs: number
  /** Packets wait here by our own doing, so the client cannot be blamed for silence. */
  readonly held: boolean
  /** Since when a packet is incomplete (`Infinity` when none is), and its size. */
  readonly partialSinceMs: number
  readonly partialBytes: number
  readonly receivedMs: number
  /** 0 when there is none. */
  readonly keepAliveMs: number
}

/** The deadline that a connection has missed, if any. */
export function missedDeadline(times: LinkTimes, settings: MqttSettings): CloseReason | undefined {
  const { nowMs, waitingSinceMs, keepAliveMs } = times
  if (waitingSinceMs !== undefined) return nowMs - waitingSinceMs > settings.connectSeconds * 1000 ? 'connect_deadline' : undefined
  if (times.stalledMs > settings.stallSeconds * 1000) return 'stalled'
  if (times.held) return undefined
  if (nowMs - times.partialSinceMs > settings.packetSeconds * 1000 + times.partialBytes / SLOWEST_BYTES_PER_MS) return 'packet_deadline'
  return keepAliveMs > 0 && nowMs - times.receivedMs > keepAliveMs * 1.5 ? 'keep_alive' : undefined
}
