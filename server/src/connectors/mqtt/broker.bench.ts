import { connect, type Socket } from 'node:net'
import { fork } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { startTestBroker, TestIntake, TestSink } from './testing/test-broker.ts'

// `node broker.bench.ts [connections] [window] [seconds]`: QoS 1 messages a second into a broker whose sink keeps nothing, sent by a
// hand-written client in a process of its own. Prints one line for each shape.

const [, , first = '10', windowText = '1000', secondsText = '4'] = process.argv

if (first === 'client') runClient()
else await runBroker(Number(first), Number(windowText), Number(secondsText))

async function runBroker(connections: number, window: number, seconds: number): Promise<void> {
  const host = await startTestBroker()
  // What is measured is the broker: the sink takes nothing and settles at the next turn of the event loop, as a group commit would.
  const settled = { status: 'stored' } as const
  TestSink.prototype.commit = () => new Promise((resolve) => void setImmediate(() => resolve(settled)))
  TestIntake.prototype.open = () => ({ take: () => 'taken' })
  const given = { PORT: String(host.port), CONNECTIONS: String(connections), WINDOW: String(window), SECONDS: String(seconds) }
  const child = fork(import.meta.filename, ['client'], { env: { ...process.env, ...given } })
  const result = await new Promise<{ sent: number; acked: number; ms: number; p99: number }>((resolve) => void child.once('message', resolve as (value: unknown) => void))
  child.kill()
  const { messagesIn } = host.broker.status()
  await host.broker.close()
  const rate = Math.round((result.acked / result.ms) * 1000)
  console.log(
    `mqtt qos1 in: ${rate} messages/s, ${connections} connections, window ${window}, sent ${result.sent}, ` +
      `acknowledged ${result.acked}, received ${messagesIn}, ack p99 ${result.p99.toFixed(1)} ms`,
  )
  if (result.sent !== result.acked || messagesIn !== result.sent) process.exitCode = 1
}

function runClient(): void {
  const { PORT = '', CONNECTIONS = '', WINDOW = '', SECONDS = '' } = process.env
  const began = performance.now()
  const until = began + Number(SECONDS) * 1000
  const waits: number[] = []
  let sent = 0
  let acked = 0
  let open = Number(CONNECTIONS)
  const senders = Array.from({ length: open }, (_, n) => sender(Number(PORT), n, Number(WINDOW)))
  for (const socket of senders) {
    socket.once('close', () => {
      if (--open > 0) return
      waits.sort((a, b) => a - b)
      process.send?.({ sent, acked, ms: performance.now() - began, p99: waits[Math.floor(waits.length * 0.99)] ?? 0 })
    })
  }

  function sender(port: number, n: number, windowSize: number): Socket {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const id = Buffer.from(`bench${n}`)
    const hello = Buffer.concat([Buffer.of(0x10, 12 + id.length, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, id.length), id])
    socket.write(hello)
    const body = `{"ts":1700000000000,"values":{"temperature":21.5}}`
    const topic = `mw/v1/bench/line${n}/press`
    const packetSize = 2 + 2 + topic.length + 2 + body.length
    let begun = false
    let waiting = 0
    let nextId = 1
    const times = new Float64Array(65_536)
    const write = (count: number): void => {
      const batch = Buffer.allocUnsafe(packetSize * count)
      let at = 0
      const now = performance.now()
      for (let k = 0; k < count; k++) {
        batch[at++] = 0x32
        batch[at++] = packetSize - 2
        at = batch.writeUInt16BE(topic.length, at)
        at += batch.write(topic, at, 'latin1')
        at = batch.writeUInt16BE(nextId, at)
        times[nextId] = now
        nextId = nextId === 65_535 ? 1 : nextId + 1
        at += batch.write(body, at, 'latin1')
      }
      waiting += count
      sent += count
      socket.write(batch)
    }
    socket.on('data', (chunk) => {
      let acks = chunk.length / 4
      if (!begun) {
        begun = true
        acks -= 1
        write(windowSize)
      } else {
        const id = chunk.readUInt16BE(chunk.length - 2)
        waits.push(performance.now() - (times[id] ?? 0))
      }
      waiting -= acks
      acked += acks
      if (performance.now() < until) {
        if (windowSize - waiting >= windowSize / 4) write(windowSize - waiting)
      } else if (waiting === 0) socket.end(Buffer.of(0xe0, 0))
    })
    return socket
  }
}
