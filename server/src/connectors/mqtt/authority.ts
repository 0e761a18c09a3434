/** Who a client says it is. */
export interface ClientClaim {
  readonly clientId: string
  readonly username: string | undefined
  readonly password: Uint8Array | undefined
  readonly address: string
}

/** A client that was let in. */
export interface ClientIdentity {
  readonly clientId: string
  readonly username: string | undefined
  readonly address: string
}

export type ConnectVerdict = 'allowed' | 'bad_credentials' | 'not_authorized'

/**
 * Decides what clients may do. The broker asks at CONNECT, at each subscription and at each published message; wills are asked about
 * when they are given. `mayPublish` is on the path of every message: it must be a look-up.
 */
export interface MqttAuthority {
  connect(claim: ClientClaim): ConnectVerdict | Promise<ConnectVerdict>
  mayPublish(client: ClientIdentity, topic: string): boolean
  maySubscribe(client: ClientIdentity, filter: string): boolean
}
