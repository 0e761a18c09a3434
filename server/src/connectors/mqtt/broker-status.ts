import type { CloseReason, DropReason } from './counters.ts'

/** The broker at a glance; counts are since its start. */
export interface BrokerStatus {
  /** Connected clients. */
  readonly clients: number
  /** Sockets that have not completed CONNECT. */
  readonly waiting: number
  readonly sessions: number
  readonly subscriptions: number
  readonly retained: { readonly messages: number; readonly bytes: number }
  /** QoS 1 and 2 messages waiting for clients, and those sent and not acknowledged. */
  readonly queued: { readonly messages: number; readonly bytes: number; readonly inflight: number }
  /** Bytes that came and wait because senders are paused. */
  readonly heldBytes: number
  readonly paused: boolean
  readonly connects: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly packetsIn: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly samplesIn: number
  readonly refusedPayloads: number
  readonly dropped: Readonly<Record<DropReason, number>>
  readonly closed: Readonly<Record<CloseReason, number>>
  /** Bytes on their way to the session store, and what keeps them from being synced. */
  readonly store: { readonly pendingBytes: number; readonly failure: string | undefined }
}
