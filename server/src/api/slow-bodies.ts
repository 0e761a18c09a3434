import type { IncomingMessage, Server } from 'node:http'

export interface BodyPace {
  /** Time in which a body need not have any pace. */
  readonly graceMs: number
  /** What it must bring from then on, on average since it began. */
  readonly bytesPerSecond: number
  /** How often bodies are looked at. */
  readonly checkMs: number
}

interface Body {
  startedMs: number
  startBytes: number
}

/**
 * Ends requests whose bodies come so slowly that they only hold connections (slowloris): they are answered 408 as those are that exceed the whole time of a
 * request, which must be long enough for a large body on a slow line.
 */
export function dropSlowBodies(server: Server, pace: BodyPace): void {
  const open = new Map<IncomingMessage, Body>()
  server.on('request', (request: IncomingMessage) => {
    if (request.complete) return
    const { method, headers } = request
    if (method === 'GET' || method === 'HEAD' || (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)) return
    open.set(request, { startedMs: performance.now(), startBytes: request.socket.bytesRead })
    const done = (): void => void open.delete(request)
    request.once('end', done)
    request.once('close', done)
  })
  const timer = setInterval(() => {
    const nowMs = performance.now()
    for (const [request, body] of open) check(request, body, nowMs)
  }, pace.checkMs)
  timer.unref()
  server.once('close', () => clearInterval(timer))

  function check(request: IncomingMessage, body: Body, nowMs: number): void {
    const { socket } = request
    // Bytes wait to be taken: it is us who are slow.
    if (request.readableLength > 0) {
      body.startedMs = nowMs
      body.startBytes = socket.bytesRead
      return
    }
    const elapsedMs = nowMs - body.startedMs
    if (elapsedMs < pace.graceMs || socket.bytesRead - body.startBytes >= (pace.bytesPerSecond * elapsedMs) / 1000) return
    open.delete(request)
    server.emit('clientError', Object.assign(new Error('the body comes too slowly'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket)
  }
}
