import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import { valueAt, type Ledger } from './ledger.ts'

export interface MachinesOptions {
  readonly port: number
  readonly ledger: Ledger
  readonly connections: number
  /** Of all connections together. */
  readonly messagesPerSecond: number
  /** Time of the first message; each further one of a machine is a millisecond later. */
  readonly startMs: number
  /** Every so many messages a machine that nobody knows yet speaks; never when absent. */
  readonly newMachineEvery?: number
  readonly clientPrefix?: string
}

const TICK_MS = 10
/** Messages on the way per connection. */
const MAX_UNACKED = 1_000

/** Machines that send by MQTT 3.1.1 with QoS 1 and note in the ledger what was acknowledged. A lost connection stays lost until {@link stop}. */
export class Machines {
  readonly #options: MachinesOptions
  readonly #senders: Sender[] = []
  readonly #timer: NodeJS.Timeout

  private constructor(options: MachinesOptions, senders: Sender[]) {
    this.#options = options
    this.#senders = senders
    const perTick = (options.messagesPerSecond * TICK_MS) / 1000 / senders.length
    let due = 0
    this.#timer = setInterval(() => {
      due += perTick
      const now = Math.floor(due)
      due -= now
      for (const sender of senders) sender.send(now)
    }, TICK_MS)
  }

  static async start(options: MachinesOptions): Promise<Machines> {
    const { connections, port, clientPrefix = 'machine' } = options
    const senders = Array.from({ length: connections }, async (_, index) => new Sender(await mqttSocket(port, `${clientPrefix}-${index}`), options, index))
    return new Machines(options, await Promise.all(senders))
  }

  get ackedMessages(): number {
    return this.#senders.reduce((sum, sender) => sum + sender.acked, 0)
  }

  /** Messages that were sent and not acknowledged yet. */
  get unacked(): number {
    return this.#senders.reduce((sum, sender) => sum + sender.unacked, 0)
  }

  /** Time from sending a message to its acknowledgement, milliseconds, of each since the last call. */
  takeLatencies(): number[] {
    return this.#senders.flatMap((sender) => sender.latenciesMs.splice(0))
  }

  get isConnected(): boolean {
    return this.#senders.every((sender) => !sender.isClosed)
  }

  /** Sends nothing more; what is on the way may still be acknowledged. */
  pause(): void {
    clearInterval(this.#timer)
  }

  stop(): void {
    this.pause()
    for (const sender of this.#senders) sender.close()
  }

  /** Time behind the last message. */
  get endMs(): number {
    return this.#options.startMs + Math.max(...this.#senders.map((sender) => sender.sent)) + 1
  }
}

class Sender {
  readonly #socket: Socket
  readonly #options: MachinesOptions
  readonly #name: string
  readonly #waiting = new Map<number, { readonly machine: string; readonly timeMs: number; readonly sentAt: number }>()
  readonly latenciesMs: number[] = []
  #packetId = 0
  #rest: Buffer = Buffer.alloc(0)
  sent = 0
  acked = 0
  isClosed = false

  constructor(socket: Socket, options: MachinesOptions, index: number) {
    this.#socket = socket
    this.#options = options
    this.#name = `${options.ledger.root}/${options.clientPrefix ?? 'machine'}${index}`
    socket.on('data', (bytes) => this.#read(bytes))
    socket.on('close', () => (this.isClosed = true))
    socket.on('error', () => (this.isClosed = true))
  }

  get unacked(): number {
    return this.#waiting.size
  }

  send(messages: number): void {
    const { startMs, ledger, newMachineEvery = 0 } = this.#options
    const packets: Buffer[] = []
    for (let i = 0; i < messages && this.#waiting.size < MAX_UNACKED && !this.isClosed; i++) {
      const timeMs = startMs + this.sent
      const isNew = newMachineEvery > 0 && this.sent % newMachineEvery === 0
      const machine = isNew ? `${this.#name}-new${timeMs}` : this.#name
      this.sent++
      this.#packetId = (this.#packetId % 65_535) + 1
      this.#waiting.set(this.#packetId, { machine, timeMs, sentAt: performance.now() })
      packets.push(publishPacket(`mw/v1/${machine}`, message(ledger.signals, timeMs), this.#packetId))
    }
    if (packets.length > 0) this.#socket.write(Buffer.concat(packets))
  }

  close(): void {
    this.#socket.destroy()
  }

  /** PUBACK packets only: 0x40, 2, and the packet identifier (MQTT 3.1.1, 3.4). */
  #read(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    for (; at + 4 <= all.length; at += 4) {
      if (all[at] !== 0x40) throw new Error(`the broker sent ${all.subarray(at, at + 8).toString('hex')} instead of PUBACK`)
      const id = all.readUInt16BE(at + 2)
      const acked = this.#waiting.get(id)
      if (acked === undefined) throw new Error(`the broker acknowledged ${id}, which is not on the way`)
      this.#waiting.delete(id)
      this.#options.ledger.ack(acked.machine, acked.timeMs)
      this.latenciesMs.push(performance.now() - acked.sentAt)
      this.acked++
    }
    this.#rest = all.subarray(at)
  }
}

/** The JSON message of a machine with so many signals. */
export function message(signals: number, timeMs: number): string {
  const values = Array.from({ length: signals }, (_, index) => `"s${index}":${valueAt(index, timeMs)}`)
  return `{"ts":${timeMs},"values":{${values.join(',')}}}`
}

/** A PUBLISH with QoS 1. */
export function publishPacket(topic: string, payload: string | Buffer, messageId: number): Buffer {
  return generate({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId })
}

/** A socket with a clean session (MQTT 3.1.1) whose CONNACK has come. */
export function mqttSocket(port: number, clientId: string, keepalive = 60): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean: true, keepalive })))
    const early = () => reject(new Error('the broker closed the connection before CONNACK'))
    socket.once('error', reject)
    socket.once('close', early)
    socket.once('data', (data) => {
      socket.off('error', reject)
      socket.off('close', early)
      if (data[0] === 0x20 && data[3] === 0) resolve(socket)
      else reject(new Error(`CONNECT was answered ${data.toString('hex')}`))
    })
  })
}
