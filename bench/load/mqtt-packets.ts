import { connect, type Socket } from 'node:net'

/** A PUBLISH with QoS 1 (MQTT 3.1.1, 3.3). */
export function publishPacket(topic: string, payload: string | Buffer, packetId: number): Buffer {
  const topicBytes = Buffer.from(topic)
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload
  const remaining = 2 + topicBytes.length + 2 + body.length
  const head: number[] = [0x32]
  for (let rest = remaining; ; rest >>>= 7) {
    head.push(rest > 127 ? (rest & 127) | 128 : rest)
    if (rest <= 127) break
  }
  const id = Buffer.from([packetId >> 8, packetId & 255])
  return Buffer.concat([Buffer.from(head), Buffer.from([topicBytes.length >> 8, topicBytes.length & 255]), topicBytes, id, body])
}

/** Connects with a clean session and waits for the CONNACK (MQTT 3.1.1, 3.1 and 3.2). */
export function openConnection(to: { readonly host: string; readonly port: number }, clientId: string): Promise<Socket> {
  const id = Buffer.from(clientId)
  const variable = Buffer.concat([Buffer.from([0, 4]), Buffer.from('MQTT'), Buffer.from([4, 2, 0, 60, id.length >> 8, id.length & 255]), id])
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port, noDelay: true }, () => socket.write(Buffer.concat([Buffer.from([0x10, variable.length]), variable])))
    socket.once('error', reject)
    socket.once('data', (data) => {
      socket.off('error', reject)
      if (data[0] === 0x20 && data[3] === 0) resolve(socket)
      else reject(new Error(`CONNECT was answered ${data.toString('hex')}`))
    })
  })
}
