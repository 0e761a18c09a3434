import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_HOUR } from '@millwright/model/time.ts'
import type { WireForecast } from '@millwright/model/wire/forecast.ts'
import type { WireSamples } from '@millwright/model/wire/samples.ts'
import type { WireInputSuggestion, WireSoftSensor, WireSoftSensorTrials } from '@millwright/model/wire/soft-sensor.ts'
import { NOW_US, openTestApi, type TestApi } from '../src/api/test-api.ts'
import { Intelligence } from '../src/intelligence/intelligence.ts'
import { intelligenceRoutes } from '../src/intelligence/module.ts'
import { SoftSensors } from '../src/intelligence/computed/soft-sensors.ts'
import { intelligenceSettings } from '../src/intelligence/settings.ts'
import { silentLog } from '../src/kernel/log.ts'
import type { ModuleParts } from '../src/plant/module.ts'

let api: TestApi
let intelligence: Intelligence
let nowUs = NOW_US
let parts: ModuleParts

before(async () => {
  api = await openTestApi({
    modules: async (plant, folder) => {
      parts = { plant, folder: join(folder, 'intelligence'), clock: { nowUs: () => nowUs, monotonicMs: () => performance.now() }, log: silentLog, random: () => 0.5 }
      await mkdir(parts.folder, { recursive: true })
      intelligence = await Intelligence.start(parts, Value.Create(intelligenceSettings))
      return [intelligenceRoutes(intelligence)]
    },
  })
})
after(async () => {
  await intelligence.stop()
  await api.close()
})

const get = (url: string) => api.app.inject(url)
const post = (url: string, payload: object) => api.app.inject({ method: 'POST', url, payload })
/** A level that rises, swings every two hours, and is never quite the same. */
const level = (minute: number) => 20 + minute * 0.01 + 3 * Math.sin((2 * Math.PI * minute) / 120) + 0.2 * Math.sin(minute ** 1.5)
const minutes = (count: number, value: (minute: number) => number) => Array.from({ length: count }, (_, minute) => [(count - minute) * 60, value(minute)] as const)

test('a signal is forecast with an interval, says which method won, and when it reaches its limits', async () => {
  await api.write('works/tank', 'level', minutes(3_000, level))
  await api.plant.model.edit([{ op: 'updateSignal', path: 'works/tank/level', fields: { unit: 'm', low: 0, high: 51 } }])
  const answer = await get('/api/v1/intelligence/forecast?signal=works/tank/level&horizon=1h')
  assert.equal(answer.statusCode, 200, answer.body)
  const told = answer.json<WireForecast>()
  assert.deepEqual([told.everySeconds, told.times.length, told.unit, told.seasonSeconds], [60, 60, 'm', 7_200])
  assert.equal(told.times[0], NOW_US / 1_000 + 60_000)
  const truth = told.times.map((_, step) => level(3_000 + step))
  const inside = truth.filter((value, step) => value >= (told.low[step] ?? 0) && value <= (told.high[step] ?? 0)).length
  assert.ok(inside >= 48, `${inside} of 60 inside of the interval`)
  assert.ok(told.methods.length >= 4 && told.methods[0]?.isChampion && told.methods.every(({ isChampion }, at) => isChampion === (at === 0)))
  const [high, low] = told.limits
  assert.ok(high !== undefined && high.side === 'high' && high.expected !== null && high.earliest !== null && high.earliest <= high.expected, JSON.stringify(high))
  assert.equal(low?.expected, null)
  assert.equal((await get('/api/v1/intelligence/forecast?signal=works/tank/level&horizon=1h')).json<WireForecast>().made, told.made, 'kept')
  const tighter = (await get('/api/v1/intelligence/forecast?signal=works/tank/level&horizon=1h&high=40')).json<WireForecast>()
  assert.ok(tighter.limits[0]?.isBeyond)
})

test('what cannot be forecast is refused with what would be right', async () => {
  await api.write('works/tank', 'once', [[60, 4]])
  await api.write('works/tank', 'state', [[60, 'running']])
  await api.write('works/tank', 'old', [[86_400 * 30, 4], [86_400 * 20, 5]])
  for (const [query, status, words] of [
    ['signal=works/tank/none', 404, /no signal/],
    ['signal=works/tank/state', 400, /only numbers/],
    ['signal=works/tank/once&horizon=1h', 400, /needs 3.3 h of history.* has 60 s/],
    ['signal=works/tank/old&horizon=1d', 409, /20 d old/],
    ['signal=works/tank/level&horizon=200d', 400, /between one minute and 90 days/],
    ['signal=works/tank/level&horizon=soon', 400, /horizon/],
  ] as const) {
    const answer = await get(`/api/v1/intelligence/forecast?${query}`)
    assert.equal(answer.statusCode, status, `${query} → ${answer.body}`)
    assert.match(answer.body, words)
  }
})

const VAT = 'works/vat'
const SENSORS = '/api/v1/intelligence/soft-sensors'
const conductivity = (minute: number) => 5 + 2 * Math.sin(minute / 97) + 0.5 * Math.sin(minute / 13)
const temperature = (minute: number) => 60 + 4 * Math.sin(minute / 71)
const ph = (minute: number) => 4 + 0.8 * conductivity(minute) - 0.05 * temperature(minute)
const estimated = async () => (await get(`/api/v1/signals/${VAT}/ph_lab_estimated/samples?from=-24h&limit=10000`)).json<WireSamples>()

test('a soft sensor is trained from rare laboratory values, approved by somebody else, and tells the signal of the asset', async () => {
  const day = 1_440
  await api.write(VAT, 'conductivity', minutes(4 * day, conductivity))
  await api.write(VAT, 'temperature', minutes(4 * day - 60, (minute) => temperature(minute)).map(([ago, value]) => [ago + 3_600, value]))
  // Its connection is lost an hour before now.
  await api.write(VAT, 'temperature', [[3_540, null, Status.badNoCommunication]])
  // Every half hour, of the minute before it was taken.
  await api.write(VAT, 'ph_lab', Array.from({ length: 4 * 48 - 6 }, (_, at) => [(4 * day - at * 30 - 30) * 60, ph(at * 30 + 29)] as const))
  await api.plant.model.edit([{ op: 'updateSignal', path: `${VAT}/ph_lab`, fields: { unit: '[pH]' } }])

  nowUs = NOW_US - 3 * US_PER_HOUR
  const offered = (await get(`${SENSORS}/suggestions?target=${VAT}/ph_lab`)).json<{ readonly items: readonly WireInputSuggestion[] }>().items
  assert.deepEqual([offered[0]?.path, offered[0]?.place], [`${VAT}/conductivity`, 'same_asset'])
  assert.ok((offered[0]?.correlation ?? 0) > 0.9 && offered.some(({ path, place }) => path === 'works/tank/level' && place === 'beside'), JSON.stringify(offered))
  assert.equal((await get(`${SENSORS}/suggestions?target=${VAT}/none`)).statusCode, 404)
  const begun = await post(SENSORS, { target: `${VAT}/ph_lab`, inputs: [`${VAT}/conductivity`, `${VAT}/temperature`], author: 'Li Na' })
  assert.equal(begun.statusCode, 202, begun.body)
  const { id } = begun.json<WireSoftSensor>()
  await intelligence.predictions.softSensors.idle()
  const candidate = (await get(`${SENSORS}/${id}`)).json<WireSoftSensor>()
  assert.equal(candidate.stage, 'candidate', candidate.failure ?? '')
  assert.ok(candidate.backTest?.isUseful && (candidate.backTest.trials[0]?.r2 ?? 0) > 0.99, JSON.stringify(candidate.backTest))
  assert.equal(candidate.backTest.rows, 4 * 48 - 7, 'the last one was taken now')
  const trials = (await get(`${SENSORS}/${id}/trials`)).json<WireSoftSensorTrials>()
  assert.deepEqual([trials.times.length, trials.told.length], [4 * 48 - 7, 4 * 48 - 7])
  assert.ok(trials.told.every((value, at) => Math.abs(value - (trials.measured[at] ?? Number.NaN)) < 0.3), 'what it told lies near what was measured')

  assert.equal((await post(`${SENSORS}/${id}/approve`, { by: ' li na' })).statusCode, 409, 'nobody approves their own')
  const running = await post(`${SENSORS}/${id}/approve`, { by: 'Wang' })
  assert.equal(running.statusCode, 200, running.body)
  const output = api.plant.model.signal(`${VAT}/ph_lab_estimated`)
  assert.equal(output?.unit, '[pH]')
  assert.match(output?.description ?? '', /Computed by Millwright \(soft sensor\).*90 % within/)
  assert.ok(intelligence.predictions.computed.isComputed(output?.series ?? -1))

  // A minute is told when it is over.
  nowUs = NOW_US - 2 * US_PER_HOUR
  await intelligence.predictions.softSensors.round()
  const first = await estimated()
  assert.equal(first.times.length, 59)
  assert.ok(first.qualities.every((quality) => quality === 'good'))
  const minuteOf = (time: number) => 4 * day - (NOW_US / 1_000 - time) / 60_000 - 1
  for (const [at, time] of first.times.entries()) assert.ok(Math.abs(Number(first.values[at]) - ph(minuteOf(time))) < 0.1)

  nowUs = NOW_US
  await intelligence.predictions.softSensors.round()
  const later = await estimated()
  const qualities = new Map(later.times.map((time, at) => [Math.round(minuteOf(time)) - 4 * day, later.qualities[at]]))
  assert.deepEqual([qualities.get(-70), qualities.get(-55), qualities.get(-49), qualities.get(-30)], ['good', 'uncertain', 'bad', undefined], 'held for ten minutes, then once no value')
  const { live } = (await get(`${SENSORS}/${id}`)).json<WireSoftSensor>()
  assert.deepEqual(live?.missing, [`${VAT}/temperature`])
})

test('a soft sensor follows inputs that come late, goes on after a restart, and tells the past when it is asked', async () => {
  const { softSensors, computed } = intelligence.predictions
  const [record] = softSensors.list()
  assert.ok(record !== undefined)
  const before = await estimated()
  const uncertain = before.qualities.filter((quality) => quality !== 'good').length
  assert.ok(uncertain > 0, 'the temperature was missing')

  // The missing hour arrives.
  await api.write(VAT, 'temperature', minutes(61, (minute) => temperature(4 * 1_440 - 61 + minute)))
  await softSensors.round()
  const after = await estimated()
  assert.ok(after.qualities.every((quality) => quality === 'good'), JSON.stringify(after.qualities.slice(-70)))
  assert.ok((softSensors.live(record.id)?.status.rewritten ?? 0) >= uncertain)

  // A second one on the same records, as after a restart: nothing is told twice.
  await softSensors.stop()
  const restarted = await SoftSensors.start(parts, join(parts.folder, 'soft-sensors'), computed)
  await restarted.round()
  assert.deepEqual([restarted.live(record.id)?.status.written, restarted.live(record.id)?.trouble], [0, undefined])
  assert.equal((await estimated()).times.length, after.times.length)
  const told = await restarted.recompute(record.id, NOW_US - 6 * US_PER_HOUR, NOW_US - 4 * US_PER_HOUR)
  assert.deepEqual(told, { written: 120, uncertain: 0 })
  assert.equal((await estimated()).times.length, after.times.length + 120)
  assert.equal((await restarted.stopService(record.id, 'Wang')).stage, 'stopped')
  await restarted.remove(record.id, 'Wang')
  assert.deepEqual(restarted.list(), [])
  await restarted.stop()
})

test('a soft sensor that cannot be is refused or fails with a reason, and its training can be cancelled', async () => {
  const sensors = await SoftSensors.start(parts, join(parts.folder, 'soft-sensors'), intelligence.predictions.computed)
  const fields = { target: `${VAT}/ph_lab`, inputs: [`${VAT}/conductivity`], author: 'Li Na' }
  await assert.rejects(sensors.train({ ...fields, inputs: [`${VAT}/none`] }), { code: 'SIGNAL_UNKNOWN' })
  await assert.rejects(sensors.train({ ...fields, inputs: [fields.target] }), { code: 'BAD_REQUEST', message: /own inputs/ })
  await assert.rejects(sensors.train({ ...fields, inputs: [`${VAT}/ph_lab_estimated`] }), { code: 'BAD_REQUEST', message: /told by a soft sensor/ })
  await assert.rejects(sensors.train({ ...fields, output: `${VAT}/temperature` }), { code: 'CONFLICT' })
  const few = await sensors.train({ ...fields, from: (NOW_US - 2 * US_PER_HOUR) / 1_000 })
  await sensors.idle()
  assert.match(sensors.get(few.id).failure ?? '', /at least 20 measured values.*there are 0/)
  const cancelled = await sensors.train(fields)
  sensors.cancel(cancelled.id)
  await sensors.idle()
  assert.deepEqual([sensors.get(cancelled.id).stage, /cancelled/.test(sensors.get(cancelled.id).failure ?? '')], ['failed', true])
  await sensors.stop()
})
