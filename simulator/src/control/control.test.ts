import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { parseIsoTime, US_PER_SECOND } from '@millwright/model/time.ts'
import { Collector } from '../plant/collect.ts'
import type { PlantSink } from '../plant/gateway-link.ts'
import { Plant } from '../plant/plant.ts'
import { createControlServer } from './control-server.ts'
import { PlantRunner } from './runner.ts'

const START_US = parseIsoTime('2026-03-10T01:00:00Z') ?? 0
const PUMP = 'huayu/tianjin/utilities/pump_station/pump1'

class PacedCollector extends Collector {
  hasRoom = true
}

/** A runner on hands of a clock that move when it waits. */
function build(speed: number) {
  const plant = new Plant({ seed: 1, startUs: START_US })
  const sink = new PacedCollector()
  const hands = { ms: 0 }
  const stop = new AbortController()
  let untilMs = 0
  const wait = (ms: number) => {
    hands.ms += ms
    if (hands.ms >= untilMs) stop.abort()
    return Promise.resolve()
  }
  const runner = new PlantRunner({ plant, sink, speed, monotonicMs: () => hands.ms, wait })
  return { plant, sink, runner, hands, runFor: (ms: number) => { untilMs = ms; return runner.run(stop.signal) } }
}

describe('running with the clock', () => {
  test('the speed decides how far the plant gets, and not what it samples', async () => {
    const slow = build(1)
    const fast = build(100)
    await Promise.all([slow.runFor(60_100), fast.runFor(700)])
    assert.ok(slow.plant.nowUs >= START_US + 59 * US_PER_SECOND && slow.plant.nowUs <= START_US + 61 * US_PER_SECOND)
    assert.ok(fast.plant.nowUs >= slow.plant.nowUs)
    for (const [series, { timesUs, values }] of slow.sink.series) {
      assert.deepEqual(fast.sink.series.get(series)?.values.slice(0, values.length), values)
      assert.deepEqual(fast.sink.series.get(series)?.timesUs.slice(0, values.length), timesUs)
    }
  })

  test('a sink without room makes the plant wait, and it says how late it is', async () => {
    const { plant, sink, runner, runFor } = build(10)
    sink.hasRoom = false
    await runFor(5_000)
    assert.equal(plant.nowUs, START_US)
    assert.ok(runner.lateUs >= 48 * US_PER_SECOND)
    assert.equal(sink.count, 0)
  })

  test('a speed beyond the limits is refused', () => {
    for (const speed of [0, 1001, Number.NaN, -1]) assert.throws(() => build(speed), RangeError)
  })
})

describe('the control endpoint', () => {
  const { plant, runner } = build(1)
  const waveforms: { readonly gateway: string; readonly timeUs: number; readonly rateHz: number; readonly points: number }[] = []
  const sink: PlantSink = {
    write: (gateway, { waveforms: { timesUs, rateHz, values } }) => void waveforms.push({ gateway, timeUs: timesUs[0] ?? 0, rateHz: rateHz[0] ?? 0, points: values[0]?.length ?? 0 }),
  }
  const server = createControlServer({ plant, runner, sink, counts: () => ({ samples: 5 }) })
  let base = ''
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    base = `http://127.0.0.1:${address.port}`
  })
  after(() => server.close())

  const post = (body: string, type = 'application/json') => fetch(`${base}/faults`, { method: 'POST', headers: { 'content-type': type }, body })

  test('the plant is described with its signals and gateways', async () => {
    const described = (await (await fetch(`${base}/plant`)).json()) as { signals: unknown[]; gateways: { machines: string[] }[] }
    assert.equal(described.signals.length, plant.signals.length)
    assert.equal(described.gateways.flatMap(({ machines }) => machines).length, plant.layout.machines.length)
  })

  test('a fault is put in, listed, found in the truth, and cleared', async () => {
    const response = await post(JSON.stringify({ kind: 'bearing_wear', target: PUMP, variant: 'inner' }))
    assert.equal(response.status, 201)
    const { id } = (await response.json()) as { id: number }
    const listed = (await (await fetch(`${base}/faults`)).json()) as { active: { id: number }[]; kinds: { kind: string; placements: unknown[] }[] }
    assert.deepEqual(listed.active.map((fault) => fault.id), [id])
    for (const { kind, placements } of listed.kinds) assert.ok(placements.length > 0, kind)
    assert.equal((await fetch(`${base}/faults/${id}`, { method: 'DELETE' })).status, 204)
    assert.equal((await fetch(`${base}/faults/${id}`, { method: 'DELETE' })).status, 404)
    assert.equal(((await (await fetch(`${base}/truth`)).json()) as { truth: unknown[] }).truth.length, 1)
  })

  test('wrong requests are answered with what is wrong and change nothing', async () => {
    const before = plant.truth().length
    const wrong: readonly (readonly [string, number, string?])[] = [
      ['{', 400], ['null', 422], ['[]', 422], ['{"kind":"imbalance"}', 422], [JSON.stringify({ kind: 'imbalance', target: PUMP, severity: 2 }), 422],
      [JSON.stringify({ kind: 'imbalance', target: PUMP, colour: 'red' }), 422], [JSON.stringify({ kind: 'rust', target: PUMP }), 422],
      ['{"kind":"imbalance","target":"x"}', 415, 'text/plain'], [JSON.stringify({ kind: 'x'.repeat(20_000), target: PUMP }), 413], ['['.repeat(15_000), 400],
    ]
    for (const [body, status, type] of wrong) {
      const response = await post(body, type)
      assert.equal(response.status, status, body.slice(0, 60))
      assert.match(response.headers.get('content-type') ?? '', /problem\+json/)
      assert.notEqual(((await response.json()) as { detail: string }).detail, '')
    }
    assert.equal(plant.truth().length, before)
  })

  test('a waveform is given for a rotating unit and refused for anything else', async () => {
    const wave = (await (await fetch(`${base}/waveform?asset=${PUMP}&seconds=0.1`)).json()) as { values: number[]; rateHz: number }
    assert.equal(wave.values.length, 2560)
    for (const query of ['asset=nothing', `asset=${PUMP}&seconds=1e9`, `asset=${PUMP}&seconds=x`]) assert.equal((await fetch(`${base}/waveform?${query}`)).status, 422)
    const ask = (body: object) => fetch(`${base}/waveforms`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    assert.equal((await ask({ asset: PUMP, seconds: 0.5 })).status, 202)
    assert.deepEqual(waveforms, [{ gateway: 'tj-water', timeUs: plant.nowUs, rateHz: 25_600, points: 12_800 }])
    for (const wrong of [{ asset: 'nothing', seconds: 1 }, { asset: PUMP, seconds: 61 }, { seconds: 1 }]) assert.equal((await ask(wrong)).status, 422)
  })

  test('a request under a foreign name is refused, and an unknown path is answered', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${base}/plant`, { headers: { host: 'evil.example' } }, (response) => resolve(response.resume().statusCode)).on('error', reject).end()
    })
    assert.equal(status, 403)
    assert.equal((await fetch(`${base}/nothing`)).status, 404)
    assert.equal((await fetch(`${base}/speed`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"speed":50}' })).status, 200)
    assert.equal(runner.speed, 50)
  })
})
