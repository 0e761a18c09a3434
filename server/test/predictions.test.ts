import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import type { WireForecast } from '@millwright/model/wire/forecast.ts'
import { NOW_US, openTestApi, type TestApi } from '../src/api/test-api.ts'
import { Intelligence } from '../src/intelligence/intelligence.ts'
import { intelligenceRoutes } from '../src/intelligence/module.ts'
import { intelligenceSettings } from '../src/intelligence/settings.ts'
import { silentLog } from '../src/kernel/log.ts'

let api: TestApi
let intelligence: Intelligence

before(async () => {
  api = await openTestApi({
    modules: async (plant, folder) => {
      intelligence = await Intelligence.start({ plant, folder: join(folder, 'intelligence'), clock: { nowUs: () => NOW_US, monotonicMs: () => performance.now() }, log: silentLog, random: () => 0.5 }, Value.Create(intelligenceSettings))
      return [intelligenceRoutes(intelligence)]
    },
  })
})
after(async () => {
  await intelligence.stop()
  await api.close()
})

const get = (url: string) => api.app.inject(url)
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
