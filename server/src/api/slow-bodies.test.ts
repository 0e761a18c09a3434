import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { dropSlowBodies } from './slow-bodies.ts'

let server: Server
let port = 0
before(async () => {
  server = createServer((request, reply) => {
    request.resume()
    request.once('end', () => reply.end('whole'))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    socket.end(`HTTP/1.1 ${error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400} x\r\nConnection: close\r\n\r\n`)
  })
  dropSlowBodies(server, { graceMs: 200, bytesPerSecond: 1_000, checkMs: 20 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
after(() => server.close())

/** Sends a body in pieces and gives the status of the answer. */
async function send(pieceBytes: number, pieces: number, everyMs: number): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${pieceBytes * pieces}\r\n\r\n`)
  let sent = 0
  const timer = setInterval(() => {
    if (sent++ < pieces) socket.write('x'.repeat(pieceBytes))
  }, everyMs)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  clearInterval(timer)
  socket.destroy()
  return Number(answer.toString('latin1').slice(9, 12))
}

test('a body that comes byte by byte is answered 408', async () => {
  assert.equal(await send(1, 1_000, 50), 408)
})

test('a body of which nothing comes is answered 408', async () => {
  assert.equal(await send(1, 1_000, 1_000_000), 408)
})

test('a body that keeps the pace is taken, however long it takes', async () => {
  assert.equal(await send(20_000, 15, 50), 200)
})

test('a request without a body is not looked at', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  assert.equal(await answer.text(), 'whole')
})
