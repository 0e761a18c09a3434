/** The reason codes that the broker sends or looks at (MQTT 5.0, 2.4). */
export const REASON = {
  success: 0x00,
  disconnectWithWill: 0x04,
  noMatchingSubscribers: 0x10,
  noSubscriptionExisted: 0x11,
  unspecified: 0x80,
  malformed: 0x81,
  protocolError: 0x82,
  unsupportedVersion: 0x84,
  clientIdInvalid: 0x85,
  badCredentials: 0x86,
  notAuthorized: 0x87,
  serverBusy: 0x89,
  serverShuttingDown: 0x8b,
  badAuthMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  filterInvalid: 0x8f,
  topicInvalid: 0x90,
  packetIdNotFound: 0x92,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  payloadInvalid: 0x99,
} as const

export type ReasonCode = (typeof REASON)[keyof typeof REASON]

/** What a client did that ends its connection, with the reason it is told (MQTT 5.0, 4.13). Thrown by the decoders. */
export class ProtocolFault extends Error {
  readonly reason: ReasonCode

  constructor(reason: ReasonCode, message: string) {
    super(message)
    this.name = 'ProtocolFault'
    this.reason = reason
  }
}

/** A packet that cannot be read as the specification says. */
export function malformed(message: string): ProtocolFault {
  return new ProtocolFault(REASON.malformed, message)
}

/** A packet that can be read, but not at this place or with this content. */
export function protocolError(message: string): ProtocolFault {
  return new ProtocolFault(REASON.protocolError, message)
}

const CONNECT_CODES_3: ReadonlyMap<number, number> = new Map([
  [REASON.unsupportedVersion, 1],
  [REASON.clientIdInvalid, 2],
  [REASON.badCredentials, 4],
  [REASON.notAuthorized, 5],
  [REASON.badAuthMethod, 5],
])

/** The return code of an MQTT 3.1.1 CONNACK (3.2.2.3) that says the same as an MQTT 5 reason; 3 is "server unavailable". */
export function connectReturnCode(reason: ReasonCode): number {
  return reason === REASON.success ? 0 : (CONNECT_CODES_3.get(reason) ?? 3)
}
