import { parentPort } from 'node:worker_threads'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { EdgeSession, type EdgeMetric } from '@millwright/model/sparkplug/edge-session.ts'
import type { LoadResult } from './load-result.ts'
import { openConnection, publishPacket } from './mqtt-packets.ts'
import { PUBACK_BYTES, runConnections, sendWindows, type SentWindows } from './packet-windows.ts'

/** A load of Sparkplug B DDATA messages with QoS 1 (3.1.1): each connection is an edge node with one device, whose metrics all change in each message. */
export interface SparkplugLoad {
  readonly host: string
  readonly port: number
  /** Edge nodes, one connection each. */
  readonly connections: number
  /** Messages on the way per connection. */
  readonly window: number
  readonly seconds: number
  /** Metrics in each message, at most 127, so that each alias is one byte. */
  readonly metricsPerMessage: number
  /** Time of the first sample, milliseconds, its low 21 bits 0: each message is 1 ms after the one before. */
  readonly startMs: number
  /** Group id, so that runs do not meet. */
  readonly root: string
}

const VARIANTS = 4
/** Tag, length, alias with its tag, time with its tag, double with its tag. */
const METRIC_BYTES = 2 + 2 + 7 + 9
/** Low bytes of a time that are patched: 21 bits. */
const PATCHED = 3

/** A window of packets with the places of what changes. */
interface Window {
  readonly bytes: Buffer
  /** For each message: where its times begin, and its sequence number. */
  readonly messages: readonly { readonly times: readonly number[]; readonly seqAt: number }[]
}

/** Runs the load and answers what was sent and acknowledged. Rejects when a connection is refused or breaks. */
export async function runSparkplugLoad(load: SparkplugLoad): Promise<LoadResult> {
  return runConnections(load, load.metricsPerMessage, (index, until) => runEdge(load, index, until))
}

async function runEdge(load: SparkplugLoad, index: number, until: number): Promise<SentWindows> {
  const node = `edge${index}`
  const windows = Array.from({ length: VARIANTS }, (_, variant) => buildWindow(load, node, variant))
  const socket = await openConnection(load, `load-${load.root}-${node}`)
  const session = new EdgeSession({ group: load.root, node })
  session.connect(load.startMs)
  const metrics = Array.from({ length: load.metricsPerMessage }, (_, at): EdgeMetric => ({ name: `m${at}`, datatype: DataType.double, value: null, timestampMs: load.startMs - 1 }))
  for (const { topic, payload } of [session.nodeBirth([], load.startMs), session.deviceBirth('d', metrics, load.startMs)]) socket.write(publishPacket(topic, Buffer.from(payload), 1))
  await new Promise<void>((resolve) => {
    let missing = 2 * PUBACK_BYTES
    socket.on('data', function count(data) {
      missing -= data.length
      if (missing > 0) return
      socket.off('data', count)
      resolve()
    })
  })
  const next = (count: number): Uint8Array => {
    const window = windows[count % VARIANTS] as Window
    patch(window, load, count)
    return window.bytes
  }
  return sendWindows({ socket, name: `edge node ${index}`, window: load.window, until, periodMs: 0, next })
}

/** Births had the sequence numbers 0 and 1. */
function patch({ bytes, messages }: Window, load: SparkplugLoad, count: number): void {
  for (let slot = 0; slot < messages.length; slot++) {
    const { times, seqAt } = messages[slot] as Window['messages'][number]
    const sequence = count * load.window + slot
    const [low, middle, high] = [(sequence & 0x7f) | 0x80, ((sequence >>> 7) & 0x7f) | 0x80, ((sequence >>> 14) & 0x7f) | 0x80]
    for (let at = 0; at < times.length; at++) {
      const place = times[at] as number
      bytes[place] = low
      bytes[place + 1] = middle
      bytes[place + 2] = high
    }
    const seq = (sequence + 2) % 256
    bytes[seqAt] = (seq & 0x7f) | 0x80
    bytes[seqAt + 1] = seq >>> 7
  }
}

function buildWindow(load: SparkplugLoad, node: string, variant: number): Window {
  const parts: Buffer[] = []
  const messages: Window['messages'][number][] = []
  let length = 0
  for (let slot = 0; slot < load.window; slot++) {
    const payload = buildPayload(load, variant, slot)
    const packet = publishPacket(`spBv1.0/${load.root}/DDATA/${node}/d`, payload, slot + 1)
    const at = length + packet.length - payload.length
    messages.push({ times: Array.from({ length: load.metricsPerMessage }, (_, metric) => at + 7 + metric * METRIC_BYTES + 5), seqAt: at + payload.length - 2 })
    parts.push(packet)
    length += packet.length
  }
  return { bytes: Buffer.concat(parts), messages }
}

/** By hand, so that every field has its fixed place (Protocol Buffers, encoding guide; Sparkplug 3.0, 6.4.1). */
function buildPayload(load: SparkplugLoad, variant: number, slot: number): Buffer {
  if (load.startMs % 2 ** (7 * PATCHED) !== 0) throw new Error('BUG: the low 21 bits of the start are patched')
  const payload = Buffer.alloc(7 + load.metricsPerMessage * METRIC_BYTES + 3)
  payload[0] = 0x08
  writeTime(payload, 1, load.startMs)
  for (let metric = 0; metric < load.metricsPerMessage; metric++) {
    const at = 7 + metric * METRIC_BYTES
    payload.set([0x12, METRIC_BYTES - 2, 0x10, metric + 1, 0x18], at)
    writeTime(payload, at + 5, load.startMs)
    payload[at + 11] = 0x69
    payload.writeDoubleLE(20 + 10 * Math.sin(variant + slot * 0.1 + metric), at + 12)
  }
  payload[payload.length - 3] = 0x18
  return payload
}

function writeTime(into: Buffer, at: number, timeMs: number): void {
  let rest = timeMs
  for (let i = 0; i < 6; i++) {
    into[at + i] = (rest % 128) | (i < 5 ? 0x80 : 0)
    rest = Math.floor(rest / 128)
  }
}

parentPort?.on('message', (load: SparkplugLoad) => {
  runSparkplugLoad(load).then(
    (result) => parentPort?.postMessage({ result }),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  )
})
