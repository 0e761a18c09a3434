export type Qos = 0 | 1 | 2

/** The protocol of a connection: 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0. */
export type ProtocolVersion = 3 | 4 | 5

export const NO_BYTES: Buffer = Buffer.alloc(0)

/** An application message inside the broker. Its bytes are its own: nobody writes to them again. */
export interface Message {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  /** The RETAIN flag as it was published. */
  readonly retain: boolean
  /** Properties that travel with the message, as they are on the wire (MQTT 5.0, 3.3.2.3). */
  readonly properties: Buffer
  /** When it expires, on the monotonic clock, milliseconds; `Infinity` when never. */
  readonly expiresMs: number
  /** The client identifier of its publisher; empty for the platform itself. */
  readonly publisher: string
}

/** About how much memory a message takes. */
export function sizeOf(message: Message): number {
  return message.payload.length + message.topic.length + message.properties.length + 160
}

/** The lesser of what was published and what was granted (MQTT 5.0, 3.8.4). */
export function lowerQos(one: Qos, other: Qos): Qos {
  return one < other ? one : other
}
