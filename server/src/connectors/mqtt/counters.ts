/** Why the broker did not pass on, keep, or send a message. */
export type DropReason =
  /** The bytes waiting for a client reached their limit; QoS 0. */
  | 'client_slow'
  /** The queue of a session was full; its oldest message went. */
  | 'queue_full'
  /** The message expired before it could be sent. */
  | 'expired'
  /** The client takes no packets this large. */
  | 'too_large'
  /** The publisher may not publish there, or the topic is the server's. */
  | 'not_authorized'
  /** The topic is longer or deeper than the limits allow. */
  | 'topic_limit'
  /** There is no room for a further retained message. */
  | 'retained_full'
  /** It waited in memory while senders were paused, and its client went away or was replaced. */
  | 'held'
  /** A shared subscription had no member left. */
  | 'no_member'

/** Why a connection was refused or ended by the broker. */
export type CloseReason = 'connect_deadline' | 'packet_deadline' | 'keep_alive' | 'stalled' | 'protocol' | 'refused' | 'evicted' | 'taken_over' | 'not_stored'

/** Counts since the start. */
export class BrokerCounters {
  messagesIn = 0
  messagesOut = 0
  packetsIn = 0
  bytesIn = 0
  bytesOut = 0
  connects = 0
  /** Samples that messages brought. */
  samplesIn = 0
  /** Messages of which nothing could be taken as samples. */
  refusedPayloads = 0
  readonly dropped: Record<DropReason, number> = {
    client_slow: 0,
    queue_full: 0,
    expired: 0,
    too_large: 0,
    not_authorized: 0,
    topic_limit: 0,
    retained_full: 0,
    held: 0,
    no_member: 0,
  }
  readonly closed: Record<CloseReason, number> = {
    connect_deadline: 0,
    packet_deadline: 0,
    keep_alive: 0,
    stalled: 0,
    protocol: 0,
    refused: 0,
    evicted: 0,
    taken_over: 0,
    not_stored: 0,
  }
}
