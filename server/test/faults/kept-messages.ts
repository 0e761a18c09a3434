import assert from 'node:assert/strict'
import { connect, connectAsync, type MqttClient } from 'mqtt'

const ABSENT = 'absent'

/** What the broker must keep over a death: retained messages, and messages for a client that is away. Client: MQTT.js. */
export class KeptMessages {
  readonly #acked: number[] = []
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #next = 0

  /** Makes the session of a client that then goes away. */
  async prepare(port: number): Promise<void> {
    const client = await connectAsync({ port, host: '127.0.0.1', clientId: ABSENT, clean: false, reconnectPeriod: 0 })
    await client.subscribeAsync('orders/#', { qos: 1 })
    await client.endAsync()
  }

  /** Publishes retained messages with QoS 1 until the connection breaks or {@link settle} is called. */
  start(port: number): void {
    this.#stop = new AbortController()
    this.#running = this.#publish(port, this.#stop.signal)
  }

  /** Settles when nothing is on the way any more. */
  async settle(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  get acked(): number {
    return this.#acked.length
  }

  /** All that was acknowledged is there: for the client that was away, in order, and as retained messages. */
  async check(port: number): Promise<void> {
    const queued = await this.#collect(port, ABSENT, false)
    assert.deepEqual(this.#acked.filter((number) => !queued.includes(number)), [], 'messages for an absent client were acknowledged and lost')
    const retained = await this.#collect(port, 'fresh', true)
    assert.deepEqual(this.#acked.filter((number) => !retained.includes(number)), [], 'retained messages were acknowledged and lost')
    this.#acked.length = 0
  }

  async #publish(port: number, stop: AbortSignal): Promise<void> {
    try {
      const client = connect({ port, host: '127.0.0.1', clientId: 'planner', reconnectPeriod: 0 })
      await connected(client)
      client.on('error', () => undefined)
      const gone = closed(client).then(() => 'gone')
      while (!stop.aborted) {
        const number = this.#next++
        if ((await Promise.race([client.publishAsync(`orders/${number % 50}/${number}`, String(number), { qos: 1, retain: true }), gone])) === 'gone') return
        this.#acked.push(number)
      }
      await client.endAsync()
    } catch {
      // The broker died, which is the point.
    }
  }

  /** The numbers that come to a client until nothing new comes. */
  async #collect(port: number, clientId: string, subscribes: boolean): Promise<number[]> {
    const numbers: number[] = []
    const client = connect({ port, host: '127.0.0.1', clientId, clean: subscribes, reconnectPeriod: 0 })
    client.on('message', (_topic, payload) => void numbers.push(Number(payload.toString())))
    await connected(client)
    if (subscribes) await client.subscribeAsync('orders/#', { qos: 1 })
    for (let quiet = 0, before = -1; quiet < 3; before = numbers.length) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      quiet = numbers.length === before ? quiet + 1 : 0
    }
    await client.endAsync()
    return numbers
  }
}

/** Rejects also where the broker goes away before it answers, on which MQTT.js itself waits for ever. */
function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', reject)
    client.once('close', () => reject(new Error('the broker closed the connection before CONNACK')))
  })
}

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()))
}
