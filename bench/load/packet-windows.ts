import type { Socket } from 'node:net'
import { loadResult, type LoadResult } from './load-result.ts'

/** Bytes of the acknowledgement of a message of QoS 1 in MQTT 3.1.1. */
export const PUBACK_BYTES = 4

/** What one connection sent: windows, each acknowledged, and how long that took. */
export interface SentWindows {
  readonly windows: number
  readonly latenciesMs: readonly number[]
}

interface WindowedSender {
  readonly socket: Socket
  /** For messages about it. */
  readonly name: string
  /** Messages in a window. */
  readonly window: number
  /** When to end, by `performance.now()`. */
  readonly until: number
  /** From one window to the next; as fast as they are acknowledged at 0. */
  readonly periodMs: number
  /** The packets of a window. */
  readonly next: (count: number) => Uint8Array
}

/** Sends windows of packets one after the other, the next when all of one are acknowledged. Rejects when the connection breaks. */
export function sendWindows({ socket, name, window, until, periodMs, next }: WindowedSender): Promise<SentWindows> {
  const latenciesMs: number[] = []
  const startedMs = performance.now()
  return new Promise((resolve, reject) => {
    let count = 0
    let sentAt = 0
    let missing = 0
    function send(): void {
      const bytes = next(count)
      sentAt = performance.now()
      missing = window * PUBACK_BYTES
      socket.write(bytes)
    }
    socket.on('data', (data) => {
      missing -= data.length
      if (missing > 0) return
      const now = performance.now()
      latenciesMs.push(now - sentAt)
      count++
      if (now < until) {
        const waitMs = startedMs + count * periodMs - now
        if (waitMs > 1) setTimeout(send, waitMs)
        else send()
        return
      }
      socket.end(Buffer.from([0xe0, 0]))
      resolve({ windows: count, latenciesMs })
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`${name} was closed after ${count} windows`)))
    send()
  })
}

/** Runs all connections of a load, and sums up. */
export async function runConnections(load: { readonly connections: number; readonly window: number; readonly seconds: number }, samplesPerMessage: number, run: (index: number, until: number) => Promise<SentWindows>): Promise<LoadResult> {
  const started = performance.now()
  const until = started + load.seconds * 1000
  const senders = await Promise.all(Array.from({ length: load.connections }, (_, index) => run(index, until)))
  const acked = senders.reduce((sum, { windows }) => sum + windows * load.window, 0)
  return loadResult(acked, samplesPerMessage, (performance.now() - started) / 1000, senders.flatMap(({ latenciesMs }) => latenciesMs))
}
