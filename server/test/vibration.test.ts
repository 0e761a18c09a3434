import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { Status } from '@millwright/model/quality.ts'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { US_PER_MINUTE, usToMs } from '@millwright/model/time.ts'
import type { WireRecordings, WireVibrationAnalysis, WireVibrationPoint } from '@millwright/model/wire/vibration.ts'
import { NOW_US, openTestApi, type TestApi } from '../src/api/test-api.ts'
import { Intelligence } from '../src/intelligence/intelligence.ts'
import { intelligenceRoutes } from '../src/intelligence/module.ts'
import { intelligenceSettings } from '../src/intelligence/settings.ts'
import { silentLog } from '../src/kernel/log.ts'
import type { ModuleParts } from '../src/plant/module.ts'

const RATE_HZ = 25_600
const PUMP = 'works/pump'
const WAVE = `${PUMP}/acceleration_waveform`
const FIRST_US = NOW_US - 30 * US_PER_MINUTE
let api: TestApi
let intelligence: Intelligence
let parts: ModuleParts

before(async () => {
  api = await openTestApi({
    modules: async (plant, folder) => {
      parts = { plant, folder: join(folder, 'intelligence'), clock: { nowUs: () => NOW_US, monotonicMs: () => performance.now() }, log: silentLog, random: () => 0.5 }
      await mkdir(parts.folder, { recursive: true })
      await plant.model.edit([
        { op: 'createAsset', path: PUMP, fields: { properties: { bearing: 'SKF 6205-2RS' } } },
        { op: 'createSignal', path: `${PUMP}/speed`, fields: { kind: 'number', unit: '1/min' } },
        { op: 'createSignal', path: WAVE, fields: { kind: 'waveform', unit: 'm/s2' } },
        { op: 'createSignal', path: `${PUMP}/state`, fields: { kind: 'text' } },
      ])
      intelligence = await Intelligence.start(parts, { ...Value.Create(intelligenceSettings), saveSeconds: 1 })
      return [intelligenceRoutes(intelligence)]
    },
  })
})
after(async () => {
  await intelligence.stop()
  await api.close()
})

/** A shaft of 25 turns a second with a ring of 6 kHz at the outer race of a 6205 (3.585 times as often) of a height. */
function recording(height: number, points = 16_384): Float32Array {
  return Float32Array.from({ length: points }, (_, at) => {
    const seconds = at / RATE_HZ
    return Math.sin(2 * Math.PI * 25 * seconds) + height * (1 + Math.cos(2 * Math.PI * 25 * 3.585 * seconds)) * Math.sin(2 * Math.PI * 6_000 * seconds)
  })
}

async function send(timeUs: number, values: Float32Array, rpm: number | undefined = 1_500, status: number = Status.good): Promise<void> {
  const { model, ingest } = parts.plant
  const batch = new BatchBuilder()
  const series = (path: string) => model.signal(path)?.series ?? assert.fail(path)
  if (rpm !== undefined) batch.addNumber(series(`${PUMP}/speed`), timeUs, rpm, Status.good)
  batch.addWaveform(series(WAVE), timeUs, RATE_HZ, values, status)
  assert.equal((await ingest.write(batch.view(NOW_US))).status, 'stored')
}

const get = async <T>(url: string) => (await api.app.inject(url)).json<T>()
const point = () => get<WireVibrationPoint>(`/api/v1/intelligence/vibration/point?signal=${WAVE}`)

async function until<T>(what: string, read: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  for (const begin = performance.now(); ; ) {
    const value = await read()
    if (isDone(value)) return value
    if (performance.now() - begin > 60_000) assert.fail(`${what}: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Stored values of a feature by their times in ms. */
async function stored(feature: string): Promise<Map<number, number>> {
  await parts.plant.historyCaughtUp(10_000)
  const { times, values } = await get<{ times: number[]; values: number[] }>(`/api/v1/signals/${WAVE}_${feature}/samples?from=-2h&limit=1000`)
  return new Map((times ?? []).map((time, at) => [time, values[at] ?? Number.NaN]))
}

test('recordings become features at their times, with the bearing and the speed that the plant model knows', { timeout: 110_000 }, async () => {
  await send(FIRST_US, recording(0))
  await send(FIRST_US + US_PER_MINUTE, recording(0.5))
  const known = await until('features', point, ({ taken }) => taken === 2)
  assert.deepEqual([known.bearing?.name, known.speed, known.isSaid, known.refused], ['6205', { signal: `${PUMP}/speed` }, false, 0])
  const outer = await until('samples', () => stored('envelope_outer_race'), ({ size }) => size === 2)
  const [sound = Number.NaN, damaged = Number.NaN] = outer.values()
  assert.deepEqual([...outer.keys()], [usToMs(FIRST_US), usToMs(FIRST_US + US_PER_MINUTE)])
  assert.ok(sound < 0.001 && Math.abs(damaged - 0.5) < 0.01, `${sound} ${damaged}`)
  const [velocity = Number.NaN] = (await until('velocity', () => stored('velocity_rms'), ({ size }) => size === 2)).values()
  assert.ok(Math.abs(velocity - (1_000 / (2 * Math.PI * 25)) * Math.SQRT1_2) < 0.02, `${velocity} mm/s`)
  assert.equal(parts.plant.model.signal(`${WAVE}_velocity_rms`)?.unit, 'mm/s')
  assert.equal(known.features.length, 13)
})

test('features of recordings are watched as measurements are, those that follow from them are not', () => {
  const { computed } = intelligence.predictions
  const series = (feature: string) => parts.plant.model.signal(`${WAVE}_${feature}`)?.series ?? assert.fail(feature)
  assert.deepEqual(['velocity_rms', 'kurtosis', 'envelope_outer_race', 'crest', 'band_mid'].map((feature) => computed.isUnwatched(series(feature))), [false, false, false, true, true])
  assert.ok(computed.isComputed(series('velocity_rms')))
})

test('a recording that is late, broken, too short, bad or sent twice has its effect once, or none with a reason', { timeout: 110_000 }, async () => {
  await send(FIRST_US - 5 * US_PER_MINUTE, recording(0.2))
  await send(FIRST_US + 2 * US_PER_MINUTE, recording(0.5).fill(Number.NaN, 700, 701))
  await send(FIRST_US + 3 * US_PER_MINUTE, recording(0.5, 100))
  await send(FIRST_US + 4 * US_PER_MINUTE, recording(0.5), undefined, Status.bad)
  await send(FIRST_US, recording(0))
  const { refused, lastRefusal } = await until('all', point, ({ taken }) => taken === 7)
  assert.equal(refused, 3)
  assert.equal(lastRefusal, 'its quality is bad')
  const rms = await until('the late one', () => stored('rms'), ({ size }) => size === 3)
  assert.deepEqual([...rms.keys()], [-5, 0, 1].map((minutes) => usToMs(FIRST_US + minutes * US_PER_MINUTE)))
})

test('a thread that dies goes on from its place, and what it had done has no second effect', { timeout: 110_000 }, async () => {
  const before = await stored('rms')
  await intelligence.vibration.client.crash()
  await send(FIRST_US + 5 * US_PER_MINUTE, recording(0.3))
  const rms = await until('after the crash', () => stored('rms'), ({ size }) => size === before.size + 1)
  assert.equal(intelligence.vibration.client.restarts, 1)
  for (const [time, value] of before) assert.equal(rms.get(time), value)
})

test('a person says which bearing it is, and recordings are looked at with its lines', { timeout: 110_000 }, async () => {
  const url = `/api/v1/intelligence/vibration/point?signal=${WAVE}`
  const bearing = { name: 'own', balls: 8, ballMm: 6.746, pitchMm: 28.5, contactDeg: 0 }
  const put = (payload: object) => api.app.inject({ method: 'PUT', url, payload })
  for (const [wrong, status] of [
    [{ bearing: { ...bearing, ballMm: 40 }, speed: null, author: 'Li Na' }, 400],
    [{ bearing, speed: { signal: `${PUMP}/state` }, author: 'Li Na' }, 400],
    [{ bearing, speed: { signal: `${PUMP}/none` }, author: 'Li Na' }, 404],
    [{ bearing, speed: { rpm: -1 }, author: 'Li Na' }, 400],
    [{ bearing, speed: null, author: ' ' }, 400],
  ] as const) assert.equal((await put(wrong)).statusCode, status, JSON.stringify(wrong))
  const said = (await put({ bearing, speed: { rpm: 1_200 }, author: 'Li Na' })).json<WireVibrationPoint>()
  assert.deepEqual([said.bearing, said.speed, said.isSaid, said.saidBy], [bearing, { rpm: 1_200 }, true, 'Li Na'])
  const { times } = await get<WireRecordings>(`/api/v1/intelligence/vibration/recordings?signal=${WAVE}&limit=2`)
  assert.equal(times.length, 2)
  const at = usToMs(FIRST_US + US_PER_MINUTE)
  const look = () => get<WireVibrationAnalysis>(`/api/v1/intelligence/vibration/analysis?signal=${WAVE}&time=${at}`)
  const own = await look()
  assert.ok(Math.abs((own.lines?.outerRace ?? 0) - 3.053 * 20) < 0.05 && own.shaftHz === 20)
  assert.equal((await api.app.inject({ method: 'DELETE', url })).json<WireVibrationPoint>().isSaid, false)
  const { lines, shaftHz, envelope, spectrum, wave, seconds, features } = await look()
  assert.deepEqual([shaftHz, seconds, wave.low.length], [25, 0.64, 1_821])
  const highest = envelope.values.indexOf(Math.max(...envelope.values)) * envelope.stepHz
  assert.ok(Math.abs(highest - (lines?.outerRace ?? 0)) < 2, `${highest} Hz, not ${lines?.outerRace}`)
  assert.ok(spectrum.values.length <= 8_192 && Math.abs((features['envelope_outer_race'] ?? 0) - 0.5) < 0.01)
  assert.equal((await api.app.inject(`/api/v1/intelligence/vibration/analysis?signal=${WAVE}&time=${at + 1}`)).statusCode, 404)
  assert.equal((await api.app.inject(`/api/v1/intelligence/vibration/analysis?signal=${PUMP}/speed&time=${at}`)).statusCode, 400)
})
