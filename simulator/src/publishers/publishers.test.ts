import assert from 'node:assert/strict'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { parseIsoTime, US_PER_SECOND } from '@millwright/model/time.ts'
import { Plant } from '../plant/plant.ts'
import { JsonEncoder } from './json-encoder.ts'
import { SparkplugDevices } from './sparkplug-devices.ts'
import { MqttPublisher } from './mqtt-publisher.ts'

const START_US = parseIsoTime('2026-03-10T01:00:00Z') ?? 0

type Decoded = { readonly ts: number; readonly values: Record<string, unknown> }[]

/** All samples of messages as `path@ts=value`, sorted. */
function flatten(messages: readonly { readonly topic: string; readonly payload: string }[]): string[] {
  return messages.flatMap(({ topic, payload }) =>
    (JSON.parse(payload) as Decoded).flatMap(({ ts, values }) => Object.entries(values).map(([name, value]) => `${topic.slice('mw/v1/'.length)}/${name}@${ts}=${JSON.stringify(value)}`)),
  ).sort()
}

describe('MQTT JSON', () => {
  test('messages carry exactly the samples of the batch, booleans as booleans', () => {
    const plant = new Plant({ seed: 1, startUs: START_US })
    const encoder = new JsonEncoder(plant.signals)
    const byId = new Map(plant.signals.map((signal) => [signal.series, signal]))
    const sent: string[] = []
    const expected: string[] = []
    plant.step(START_US + 90 * US_PER_SECOND, {
      write: (_gateway, batch) => {
        sent.push(...flatten(encoder.encode(batch)))
        for (const columns of [batch.numbers, batch.texts]) {
          for (let at = 0; at < columns.length; at++) {
            const signal = byId.get(columns.series[at] ?? 0)
            const value = columns.values[at]
            expected.push(`${signal?.path}@${(columns.timesUs[at] ?? 0) / 1000}=${JSON.stringify(signal?.kind === 'boolean' ? value === 1 : value)}`)
          }
        }
      },
    })
    assert.ok(expected.length > 20_000)
    assert.deepEqual(sent.sort(), expected.sort())
  })

  test('a waveform is sent in pieces that brokers take, each point as it was, each piece with its own time', () => {
    const plant = new Plant({ seed: 1, startUs: START_US })
    const { signal, rateHz, values } = plant.waveform('huayu/tianjin/utilities/pump_station/pump1', START_US, 5)
    const builder = new BatchBuilder()
    builder.addWaveform(signal.series, START_US, rateHz, values, 0)
    const messages = new JsonEncoder(plant.signals).encode(builder.view(0))
    assert.equal(messages.length, 3)
    const pieces = messages.map(({ topic, payload }) => {
      assert.equal(`${topic}/${signal.name}`, `mw/v1/${signal.path}`)
      assert.ok(payload.length < 1_000_000)
      const { ts, values: said } = JSON.parse(payload) as { ts: number; values: Record<string, { rateHz: number; waveform: number[] }> }
      return { ts, ...(said[signal.name] ?? { rateHz: 0, waveform: [] }) }
    })
    assert.deepEqual(pieces.map(({ ts, rateHz: rate }) => [ts - START_US / 1000, rate]), [[0, 25_600], [2_000, 25_600], [4_000, 25_600]])
    assert.deepEqual(Float32Array.from(pieces.flatMap(({ waveform }) => waveform)), values)
    const [edge] = plant.layout.gateways
    assert.ok(edge !== undefined)
    const devices = new SparkplugDevices(plant.signals)
    const changes = devices.changes(builder.view(0), 500).flatMap((one) => one.changes)
    assert.deepEqual(Float32Array.from(changes.flatMap(({ value }) => value as number[])), values)
    const declared = devices.births().flatMap(({ metrics }) => metrics).find(({ name }) => name === signal.name)
    assert.deepEqual([declared?.datatype, declared?.value, declared?.properties?.get('rateHz')?.value?.value], [DataType.floatArray, null, 25_600])
  })

  test('a long batch becomes several messages, each of a bounded size', () => {
    const plant = new Plant({ seed: 1, startUs: START_US })
    const builder = new BatchBuilder()
    for (let second = 0; second < 10_000; second++) builder.addNumber(1, START_US + second * US_PER_SECOND, second, 0)
    const messages = new JsonEncoder(plant.signals).encode(builder.view(0))
    assert.ok(messages.length > 3)
    for (const { payload } of messages) assert.ok(payload.length < 61_000)
    assert.equal(flatten(messages).length, 10_000)
  })
})

/** As much of a broker as a publisher needs: accepts, acknowledges, and keeps what was published. */
function acknowledge(socket: Socket, published: { topic: string; payload: string }[]): void {
  let rest = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (piece) => {
    rest = Buffer.concat([rest, piece])
    for (;;) {
      let length = 0
      let at = 1
      for (let shift = 0; at < rest.length; shift += 7) {
        const byte = rest[at++] ?? 0
        length |= (byte & 127) << shift
        if (byte < 128) break
      }
      if (rest.length < 2 || rest.length < at + length) return
      const type = (rest[0] ?? 0) >> 4
      const body = rest.subarray(at, at + length)
      rest = rest.subarray(at + length)
      if (type === 1) socket.write(Buffer.from([0x20, 2, 0, 0]))
      if (type === 12) socket.write(Buffer.from([0xd0, 0]))
      if (type !== 3) continue
      const topicEnd = 2 + body.readUInt16BE(0)
      published.push({ topic: body.toString('utf8', 2, topicEnd), payload: body.toString('utf8', topicEnd + 2) })
      socket.write(Buffer.from([0x40, 2, body[topicEnd] ?? 0, body[topicEnd + 1] ?? 0]))
    }
  })
}

test('a publisher sends all samples with QoS 1, counts what was acknowledged, and closes', async () => {
  const published: { topic: string; payload: string }[] = []
  const broker = createServer((socket) => acknowledge(socket, published)).listen(0, '127.0.0.1')
  await once(broker, 'listening')
  const address = broker.address()
  assert.ok(typeof address === 'object' && address !== null)
  const plant = new Plant({ seed: 1, startUs: START_US })
  const states: string[] = []
  const publisher = new MqttPublisher({
    url: `mqtt://127.0.0.1:${address.port}`, gateways: plant.layout.gateways.map(({ name }) => name), signals: plant.signals, onState: (gateway, state) => states.push(`${gateway} ${state}`),
  })
  plant.step(START_US + 30 * US_PER_SECOND, publisher)
  assert.ok(publisher.pending > 0 && publisher.hasRoom)
  await publisher.close(10_000)
  broker.close()
  assert.equal(publisher.pending, 0)
  assert.equal(publisher.refused, 0)
  assert.equal(publisher.acknowledged, published.length)
  assert.equal(flatten(published).length, publisher.samples)
  assert.equal(states.filter((state) => state.endsWith(' up')).length, plant.layout.gateways.length)
})
