import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { generate, parser, type IConnackPacket, type IConnectPacket, type IPublishPacket, type ISubscribePacket, type Packet } from 'mqtt-packet'

const WAIT_MS = 2_000
const QUIET_MS = 60

type Version = 4 | 5

/** A client that sends exactly the bytes it is told to, and reads what comes with mqtt-packet. */
export class RawClient {
  readonly version: Version
  readonly #socket: Socket
  readonly #packets: Packet[] = []
  #wake: () => void = () => undefined
  closed = false
  received = Buffer.alloc(0)

  private constructor(socket: Socket, version: Version) {
    this.version = version
    this.#socket = socket
    const parsing = parser({ protocolVersion: version })
    parsing.on('packet', (packet) => {
      this.#packets.push(packet)
      this.#wake()
    })
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk])
      parsing.parse(chunk)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.closed = true
      this.#wake()
    })
    socket.on('end', () => {
      this.closed = true
      this.#wake()
    })
  }

  static open(port: number, version: Version = 5): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => void resolve(new RawClient(socket, version)))
    })
  }

  /** Opens, sends CONNECT and takes the CONNACK, which must say success. */
  static async connect(port: number, version: Version = 5, options: Partial<IConnectPacket> = {}): Promise<RawClient> {
    const client = await RawClient.open(port, version)
    const connack = await client.connect(options)
    assert.equal(version === 5 ? connack.reasonCode : connack.returnCode, 0)
    return client
  }

  async connect(options: Partial<IConnectPacket> = {}): Promise<IConnackPacket> {
    this.sendConnect(options)
    return this.expect('connack')
  }

  sendConnect(options: Partial<IConnectPacket> = {}): void {
    const clientId = options.clientId ?? `raw-${Math.random().toString(36).slice(2)}`
    this.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: this.version, clean: true, keepalive: 60, ...options, clientId })
  }

  send(packet: Packet): void {
    this.#socket.write(generate(packet, { protocolVersion: this.version }))
  }

  bytes(hex: string | Uint8Array): void {
    this.#socket.write(typeof hex === 'string' ? Buffer.from(hex.replaceAll(' ', ''), 'hex') : hex)
  }

  publish(topic: string, payload: string | Buffer, options: Partial<IPublishPacket> = {}): void {
    this.send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...options })
  }

  /** Subscribes and takes the SUBACK, whose codes are returned. */
  async subscribe(topic: string, options: Partial<ISubscribePacket['subscriptions'][number]> = {}, identifier?: number): Promise<readonly unknown[]> {
    this.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic, qos: 2, ...options }],
      ...(identifier !== undefined && { properties: { subscriptionIdentifier: identifier } }),
    })
    return (await this.expect('suback')).granted
  }

  /** The next packet, which must be of this kind. */
  async expect<Kind extends Packet['cmd']>(kind: Kind): Promise<Extract<Packet, { cmd: Kind }>> {
    const packet = await this.next()
    assert.ok(packet !== undefined, `the connection was closed instead of ${kind}`)
    assert.equal(packet.cmd, kind, JSON.stringify(packet))
    return packet as Extract<Packet, { cmd: Kind }>
  }

  /** The next packet, or undefined when the connection is closed. */
  async next(): Promise<Packet | undefined> {
    const deadline = Date.now() + WAIT_MS
    while (this.#packets.length === 0 && !this.closed) {
      const left = deadline - Date.now()
      assert.ok(left > 0, 'nothing came')
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return this.#packets.shift()
  }

  /** Nothing comes for a moment; a ping shows that the connection is alive and all that was sent before is worked through. */
  async expectNothing(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    assert.deepEqual(this.#packets, [])
    assert.equal(this.closed, false, 'the connection was closed')
  }

  /** Everything before was worked through, and nothing else came. */
  async ping(): Promise<void> {
    this.bytes('c0 00')
    await this.expect('pingresp')
  }

  /** The connection is closed; what MQTT 5 said before, if anything. */
  async expectClosed(): Promise<number | undefined> {
    const packet = await this.next()
    if (packet === undefined) return undefined
    if (packet.cmd === 'connack') {
      assert.equal(await this.next(), undefined)
      return packet.reasonCode ?? packet.returnCode
    }
    assert.equal(packet.cmd, 'disconnect', JSON.stringify(packet))
    assert.equal(await this.next(), undefined)
    return (packet as { reasonCode?: number }).reasonCode
  }

  disconnect(): void {
    this.bytes('e0 00')
    this.#socket.end()
  }

  /** Ends without DISCONNECT. */
  drop(): void {
    this.#socket.destroy()
  }
}
