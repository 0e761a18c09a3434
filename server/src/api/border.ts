import { isIP } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RequestProblem } from './problem.ts'

export interface BorderOptions {
  /** Host names besides the loopback ones. */
  readonly allowedHosts: readonly string[]
  /** Web origins besides our own that may read and write. */
  readonly allowedOrigins: readonly string[]
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Content may come from us only: no foreign script, style, frame or connection. The app's component library sets inline styles.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

/**
 * What every request must pass: a Host that is ours (a page of somebody else's that lets its name point to 127.0.0.1 is refused: DNS
 * rebinding), and for changes an Origin that is ours or configured (cross-site request forgery). Sets the security headers.
 */
export function guardBorder(app: FastifyInstance, options: BorderOptions): void {
  const hosts = new Set(options.allowedHosts.map((host) => host.toLowerCase()))
  const origins = new Set(options.allowedOrigins.map((origin) => origin.toLowerCase()))
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(HEADERS)
    checkHost(request, hosts)
    checkOrigin(request, reply, origins)
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) return reply.code(204).send()
  })
}

function checkHost(request: FastifyRequest, allowed: ReadonlySet<string>): void {
  const name = hostName(request.headers.host ?? '')
  if (isLoopback(name) || allowed.has(name)) return
  const detail = `this server does not answer for the host "${name.slice(0, 100)}"; use localhost, or add the name to api.allowedHosts`
  throw new RequestProblem('HOST_REFUSED', detail)
}

function checkOrigin(request: FastifyRequest, reply: FastifyReply, allowed: ReadonlySet<string>): void {
  const origin = request.headers.origin
  if (origin === undefined) {
    // Browsers without Origin on simple requests still say where a request comes from (Fetch Metadata).
    if (request.headers['sec-fetch-site'] === 'cross-site' && !SAFE_METHODS.has(request.method)) refuseOrigin('another site')
    return
  }
  if (isOwn(origin, request)) return
  if (allowed.has(origin.toLowerCase())) {
    void reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin', 'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE' })
    void reply.headers({ 'access-control-allow-headers': 'content-type, content-encoding, last-event-id', 'access-control-max-age': '600' })
    void reply.header('cross-origin-resource-policy', 'cross-origin')
    return
  }
  if (!SAFE_METHODS.has(request.method)) refuseOrigin(origin)
}

function refuseOrigin(origin: string): never {
  throw new RequestProblem('ORIGIN_REFUSED', `changes from ${origin.slice(0, 100)} are refused; add it to api.allowedOrigins if it may make them`)
}

function isOwn(origin: string, request: FastifyRequest): boolean {
  const host = request.headers.host ?? ''
  return host !== '' && (origin === `http://${host}` || origin === `https://${host}`)
}

/** The name in a Host header, without port and brackets, in lower case. */
export function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(host)
  return (bracketed?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase()
}

function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  return name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}
