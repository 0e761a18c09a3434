import { parentPort } from 'node:worker_threads'
import type { LoadResult } from './load-result.ts'
import { openConnection, publishPacket } from './mqtt-packets.ts'
import { runConnections, sendWindows, type SentWindows } from './packet-windows.ts'

/**
 * A load of MQTT 3.1.1 QoS 1 messages as cheap as it can be made, because it runs on the cores it measures: each connection sends a window of prebuilt
 * packets in one write, with only times and packet ids patched, and sends the next when all are acknowledged.
 */
export interface MqttLoad {
  readonly host: string
  readonly port: number
  readonly connections: number
  /** Messages on the way per connection. */
  readonly window: number
  readonly seconds: number
  /** Values in each message. */
  readonly valuesPerMessage: number
  /** Assets per connection; each has `valuesPerMessage` signals. */
  readonly assetsPerConnection: number
  /** Time of the first sample, milliseconds; each message of an asset is 1 ms after the one before. */
  readonly startMs: number
  /** Messages a second of all connections together; as fast as they are acknowledged when absent. */
  readonly messagesPerSecond?: number
  /** First level of the topics, so that runs do not meet. */
  readonly root: string
}

/** Windows prepared per connection, so that values vary more than within one window. */
const VARIANTS = 8

/** Runs the load and answers what was sent and acknowledged. Rejects when a connection is refused or breaks. */
export async function runMqttLoad(load: MqttLoad): Promise<LoadResult> {
  return runConnections(load, load.valuesPerMessage, (index, until) => runConnection(load, index, until))
}

/** A window of packets with the places of what changes. */
interface Window {
  readonly bytes: Buffer
  readonly timeAt: readonly number[]
}

async function runConnection(load: MqttLoad, index: number, until: number): Promise<SentWindows> {
  const windows = Array.from({ length: VARIANTS }, (_, variant) => buildWindow(load, index, variant))
  const socket = await openConnection(load, `load-${load.root}-${index}`)
  const periodMs = load.messagesPerSecond === undefined ? 0 : (load.window * load.connections * 1000) / load.messagesPerSecond
  const next = (count: number): Uint8Array => {
    const window = windows[count % VARIANTS] as Window
    patchTimes(window, load, count)
    return window.bytes
  }
  return sendWindows({ socket, name: `connection ${index}`, window: load.window, until, periodMs, next })
}

/** Message `slot` of window `count` belongs to asset `slot % assets`; its time grows by 1 ms a message of that asset. */
function patchTimes(window: Window, load: MqttLoad, count: number): void {
  const rounds = load.window / load.assetsPerConnection
  for (let slot = 0; slot < window.timeAt.length; slot++) {
    const at = window.timeAt[slot] as number
    window.bytes.write(String(load.startMs + count * rounds + Math.floor(slot / load.assetsPerConnection)), at, 'latin1')
  }
}

function buildWindow(load: MqttLoad, connection: number, variant: number): Window {
  const parts: Buffer[] = []
  const timeAt: number[] = []
  let length = 0
  for (let slot = 0; slot < load.window; slot++) {
    const asset = `mw/v1/${load.root}/c${connection}/m${slot % load.assetsPerConnection}`
    const values = Array.from({ length: load.valuesPerMessage }, (_, i) => (20 + 10 * Math.sin(variant + slot * 0.1 + i)).toFixed(2))
    const payload = `{"ts":${load.startMs},"values":{${values.map((value, i) => `"${SIGNALS[i % SIGNALS.length]}${Math.floor(i / SIGNALS.length)}":${value}`).join(',')}}}`
    const packet = publishPacket(asset, payload, slot + 1)
    timeAt.push(length + packet.indexOf('{"ts":') + 6)
    parts.push(packet)
    length += packet.length
  }
  return { bytes: Buffer.concat(parts), timeAt }
}

const SIGNALS = ['temperature', 'pressure', 'speed', 'current', 'torque', 'flow', 'level', 'vibration', 'power', 'position']

parentPort?.on('message', (load: MqttLoad) => {
  runMqttLoad(load).then(
    (result) => parentPort?.postMessage({ result }),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  )
})
