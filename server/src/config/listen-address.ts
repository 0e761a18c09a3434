import { BlockList, isIP } from 'node:net'

/** A host and port to listen at. */
export interface ListenAddress {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
}

const ADDRESS = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/

/** Reads `HOST:PORT` (IPv6 in brackets: `[::1]:7420`). Returns `undefined` when the text is none. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const groups = ADDRESS.exec(text.trim())?.groups
  if (groups === undefined) return undefined
  const port = Number(groups['port'])
  const host = groups['six'] ?? groups['host'] ?? ''
  if (port > 65_535 || host === '' || (groups['six'] !== undefined && isIP(host) !== 6)) return undefined
  return isIP(host) !== 0 || /^[A-Za-z0-9.-]+$/.test(host) ? { host, port } : undefined
}

/** The address as it is written: IPv6 in brackets. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')
// A v4 address in v6 clothes (RFC 4291, 2.5.5.2) reaches the same sockets.
LOOPBACK.addSubnet('::ffff:127.0.0.0', 104, 'ipv6')

/** Tells whether only this computer can reach the host. Of names only `localhost` is known to (RFC 6761, 6.3). */
export function isLoopback(host: string): boolean {
  const version = isIP(host)
  if (version === 0) return host.toLowerCase() === 'localhost'
  return LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4')
}

/** Why we may not listen at `text` yet, or why it is no address at all; `undefined` when all is well. */
export function listenProblem(text: string): string | undefined {
  const address = parseListenAddress(text)
  if (address === undefined) return `expected HOST:PORT, such as 127.0.0.1:7420 or [::1]:7420, not "${text}"`
  if (isLoopback(address.host)) return undefined
  return `${address.host} can be reached from other computers, and Millwright cannot yet tell who is calling; until it can, it listens at this computer only: 127.0.0.1, ::1 or localhost`
}
