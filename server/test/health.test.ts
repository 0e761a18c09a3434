import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { WireAssetHealth, WireHistoryImport, WireLifeModel } from '@millwright/model/wire/health.ts'
import type { WireIntelligenceStatus } from '@millwright/model/wire/intelligence.ts'
import type { WireLastSample } from '@millwright/model/wire/samples.ts'
import { NOW_US, openTestApi, type TestApi } from '../src/api/test-api.ts'
import { seededRandom } from '../src/intelligence/algebra/random.ts'
import { Health } from '../src/intelligence/health/health.ts'
import { LifeModels } from '../src/intelligence/health/life-models.ts'
import { Intelligence } from '../src/intelligence/intelligence.ts'
import { intelligenceRoutes } from '../src/intelligence/module.ts'
import { machine, MACHINE_SIGNALS } from '../src/intelligence/runtime/test-machine.ts'
import { intelligenceSettings } from '../src/intelligence/settings.ts'
import { silentLog } from '../src/kernel/log.ts'
import type { ModuleParts } from '../src/plant/module.ts'

const LIVES = '/api/v1/intelligence/life-models'
const DAY = 1_440
const HOUR_MS = 3_600_000
let api: TestApi
let intelligence: Intelligence
let parts: ModuleParts

before(async () => {
  api = await openTestApi({
    modules: async (plant, folder) => {
      parts = { plant, folder: join(folder, 'intelligence'), clock: { nowUs: () => NOW_US, monotonicMs: () => performance.now() }, log: silentLog, random: () => 0.5 }
      await mkdir(parts.folder, { recursive: true })
      intelligence = await Intelligence.start(parts, { ...Value.Create(intelligenceSettings), saveSeconds: 1 })
      return [intelligenceRoutes(intelligence)]
    },
  })
})
after(async () => {
  await intelligence.stop()
  await api.close()
})

const get = async <T>(url: string) => {
  const answer = await api.app.inject(url)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<T>()
}
const post = (url: string, payload: object) => api.app.inject({ method: 'POST', url, payload })
const healthOf = async (asset: string) => (await get<{ items: WireAssetHealth[] }>(`/api/v1/intelligence/health?under=${asset}`)).items[0]

/** The fans: lives in hours one after the other, each ended by a failure and ten hours of repair but the last, which goes on: `worn` hours of it are over. */
const FANS = [
  { path: 'works/fan1', lives: [190, 240], total: 210, worn: 195 },
  { path: 'works/fan2', lives: [220, 170], total: 230, worn: 40 },
  { path: 'works/fan3', lives: [260, 200], total: 240, worn: 150 },
  { path: 'works/fan4', lives: [180, 230], total: 200, worn: 120 },
] as const
const REPAIR = 10

/** Vibration of a fan that wears towards the end of its life, once an hour, and its speed. */
async function feedFan({ path, lives, total, worn }: (typeof FANS)[number], seed: number): Promise<{ from: number; to: number }[]> {
  const random = seededRandom(seed)
  const all = lives.reduce<number>((sum, life) => sum + life + REPAIR, worn)
  const vibration: [number, number][] = []
  const speed: [number, number][] = []
  const runs: { from: number; to: number }[] = []
  let hour = 0
  for (const [at, life] of [...lives, worn].entries()) {
    const end = at < lives.length ? life : total
    for (let age = 0; age < life; age++, hour++) {
      const fast = Math.floor(hour / 12) % 2
      vibration.push([(all - hour) * 3_600, 1 + fast + 5 * Math.exp((age - end) / 35) + 0.2 * random()])
      speed.push([(all - hour) * 3_600, fast === 1 ? 1_500 : 1_000])
    }
    if (at < lives.length) runs.push({ from: NOW_US / 1_000 - (all - hour + life) * HOUR_MS, to: NOW_US / 1_000 - (all - hour) * HOUR_MS })
    // Nothing is measured while it is repaired.
    hour += REPAIR
  }
  await api.write(path, 'vibration', vibration)
  await api.write(path, 'speed', speed)
  await api.plant.model.edit([{ op: 'updateAsset', path, fields: { type: 'fan' } }])
  return runs
}

test('a remaining life is learned from labelled faults, proven on machines kept away, approved by somebody else, and told as signals of the asset', async () => {
  for (const [seed, fan] of FANS.entries()) {
    for (const { to } of await feedFan(fan, seed + 1)) assert.equal((await post('/api/v1/labels', { asset: fan.path, kind: 'fault', cause: 'bearing', from: to, to: to + REPAIR * HOUR_MS, author: 'Zhao' })).statusCode, 201)
  }
  await api.write('works/pipe', 'vibration', [[60, 1]])
  const definition = { name: 'Fans', assetType: 'fan', signals: ['vibration'], conditions: ['speed'], horizonHours: 125, failures: 'labels', cause: 'bearing', since: NOW_US / 1_000 - 700 * HOUR_MS, author: 'Li Na' }
  const begun = await post(LIVES, definition)
  assert.equal(begun.statusCode, 202, begun.body)
  const { id } = begun.json<WireLifeModel>()
  await intelligence.predictions.lives.idle()
  const candidate = await get<WireLifeModel>(`${LIVES}/${id}`)
  assert.equal(candidate.stage, 'candidate', candidate.failure ?? '')
  assert.deepEqual([candidate.runs.length, candidate.assets, candidate.stepHours], [8, 4, 1])
  const { backTest } = candidate
  assert.ok(backTest !== null && backTest.maeHours < 0.7 * backTest.naiveMaeHours, JSON.stringify(backTest))
  assert.ok(backTest.coverage > 0.6, JSON.stringify(backTest))

  assert.equal((await post(`${LIVES}/${id}/approve`, { by: 'LI NA' })).statusCode, 409, 'nobody approves their own')
  assert.equal((await post(`${LIVES}/${id}/approve`, { by: 'Wang' })).statusCode, 200)
  await intelligence.predictions.health.round()
  const [worn, young] = [await healthOf('works/fan1'), await healthOf('works/fan2')]
  assert.deepEqual([worn?.source, young?.source, worn?.lifeModel], ['life_model', 'life_model', id])
  assert.ok((worn?.life?.medianHours ?? 99) < 45 && (worn?.index ?? 99) < 36, JSON.stringify(worn))
  assert.ok((young?.life?.medianHours ?? 0) > 75, JSON.stringify(young))
  assert.ok(worn?.life !== null && (worn?.life.lowHours ?? 9) <= (worn?.life.medianHours ?? 0))
  assert.match(worn?.why.en ?? '', /Learned from 8 failures/)
  assert.match(worn?.why.zh ?? '', /五次中有四次/)
  const told = await get<WireLastSample>('/api/v1/signals/works/fan1/remaining_life/last')
  assert.equal(told.value, worn?.life?.medianHours)
  assert.equal(api.plant.model.signal('works/fan1/remaining_life')?.unit, 'h')

  // As after a restart: the same model says the same.
  const again = await LifeModels.start({ ...parts, labels: intelligence.labels }, join(parts.folder, 'life-models'))
  assert.equal(again.inService().get('works/fan1')?.id, id)
  const run = { rows: 60, columns: [new Float64Array(60), Float64Array.from({ length: 60 }, (_, at) => 1 + at / 20)] }
  assert.deepEqual((await again.model(id)).predict(run), (await intelligence.predictions.lives.model(id)).predict(run))
  assert.equal((await post(`${LIVES}/${id}/retire`, { by: 'Wang' })).json<WireLifeModel>().stage, 'retired')
})

test('failures are also taken from events or given by hand', async () => {
  const { lives } = intelligence.predictions
  for (const hours of [300, 100]) await api.plant.events.record({ kind: "fan.o'failed", path: 'works/fan1', data: {}, timeUs: NOW_US - hours * US_PER_HOUR })
  const base = { name: 'F', assets: ['works/fan1', 'works/fan2'], signals: ['vibration'], horizonHours: 125, author: 'A' }
  const found = await lives.failures({ ...base, failures: 'events', eventKind: "fan.o'failed" })
  assert.deepEqual(found.get('works/fan1')?.map(({ fromUs }) => (NOW_US - fromUs) / US_PER_HOUR), [300, 100])
  assert.deepEqual(found.get('works/fan2'), [])
  const day = 24 * HOUR_MS
  const given = await lives.train({ ...base, failures: 'given', runs: [{ asset: 'works/fan1', from: NOW_US / 1_000 - 20 * day, to: NOW_US / 1_000 - 10 * day }, { asset: 'works/pipe', from: 0, to: day }, { asset: 'works/fan2', from: 0, to: HOUR_MS }] })
  await lives.idle()
  const failed = lives.get(given.id)
  assert.deepEqual([failed.stage, failed.runs.length], ['failed', 1])
  assert.match(failed.failure ?? '', /at least 4 runs to failure; there are 1/)
  assert.deepEqual(failed.leftOut.map(({ en }) => /not one of the definition|shorter than 20 steps/.test(en)), [true, true])
})

test('a life model that cannot be is refused, and a training is cancelled', async () => {
  const base = { name: 'F', signals: ['vibration'], horizonHours: 125, failures: 'labels', author: 'A' }
  for (const [body, status, words] of [
    [base, 400, /either/],
    [{ ...base, assets: ['works/fan1'], assetType: 'fan' }, 400, /either/],
    [{ ...base, assetType: 'fan', signals: ['none'] }, 400, /no asset of the definition/],
    [{ ...base, assetType: 'fan', failures: 'given' }, 400, /runs/],
    [{ ...base, assetType: 'fan', failures: 'events' }, 400, /eventKind/],
    [{ ...base, assetType: 'fan', author: '  ' }, 400, /name/],
  ] as const) {
    const answer = await post(LIVES, body)
    assert.equal(answer.statusCode, status, answer.body)
    assert.match(answer.body, words)
  }
  const { id } = (await post(LIVES, { ...base, assetType: 'fan' })).json<WireLifeModel>()
  assert.equal((await post(`${LIVES}/${id}/cancel`, {})).statusCode, 204)
  await intelligence.predictions.lives.idle()
  const { stage, failure } = await get<WireLifeModel>(`${LIVES}/${id}`)
  assert.deepEqual([stage, /cancelled/.test(failure ?? '')], ['failed', true])
  assert.equal((await api.app.inject({ method: 'DELETE', url: `${LIVES}/${id}?by=A` })).statusCode, 204)
})

test('without failures health follows how far a machine is from its normal, as a signal that is not watched itself', async () => {
  const { ingest } = api.plant
  const days = 3
  for (const [seed, path] of ['works/pump1', 'works/pump2'].entries()) {
    const seriesOf = (name: string, kind: 'number' | 'text') => {
      const resolved = ingest.resolve(path, name, kind)
      if ('refusal' in resolved) throw new Error(resolved.refusal.message)
      return resolved.series
    }
    const numbers = MACHINE_SIGNALS.map((name) => seriesOf(name, 'number'))
    const state = seriesOf('state', 'text')
    // The first one's bearing is hot for its last two hours.
    const fault = (minute: number) => (seed === 0 && minute > days * DAY - 120 ? 8 : 0)
    let count = 0
    for (const { signal, timeUs, value } of machine({ seed: 5 + seed, fromUs: NOW_US - days * DAY * US_PER_MINUTE, minutes: days * DAY, fault })) {
      if (signal === 'state') ingest.open.addText(state, timeUs, String(value), 0)
      else ingest.open.addNumber(numbers[signal] ?? 0, timeUs, Number(value), 0)
      if (++count % 20_000 === 0) await ingest.commit()
    }
    assert.equal((await ingest.commit()).status, 'stored')
  }
  const until = performance.now() + 60_000
  while ((await intelligence.stream.status().then(({ position }) => position, () => -1)) < api.plant.journalStatus().head) {
    assert.ok(performance.now() < until, 'the stream has not caught up')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await intelligence.predictions.health.round()
  const [hot, sound] = [await healthOf('works/pump1'), await healthOf('works/pump2')]
  assert.deepEqual([hot?.source, sound?.source], ['anomaly', 'anomaly'])
  assert.ok((sound?.index ?? 0) > 90 && (hot?.index ?? 100) < 60, `${sound?.index} and ${hot?.index}`)
  assert.match(hot?.why.en ?? '', /simple rule/)
  assert.match(hot?.needs[0]?.zh ?? '', /至少 4 段/)
  assert.equal(hot?.signals.index, 'works/pump1/health_index')
  assert.equal((await get<WireLastSample>('/api/v1/signals/works/pump1/health_index/last')).value, hot?.index)
  const { assets } = await get<WireIntelligenceStatus>('/api/v1/intelligence/status?under=works/pump1')
  assert.ok(!JSON.stringify(assets).includes('health_index'))
})

test('whoever wants no health signals gets none, and sees the health all the same', async () => {
  const { computed, lives } = intelligence.predictions
  await api.plant.model.edit([{ op: 'deleteSignal', path: 'works/pump2/health_index' }])
  const quiet = new Health({ ...parts, computed, lives, healthSignals: false, status: () => intelligence.stream.status() })
  assert.ok(((await quiet.list('works/pump2'))[0]?.index ?? 0) > 90)
  assert.equal(api.plant.model.signal('works/pump2/health_index'), undefined)
})

test('histories come in as a table: machines that failed teach a life model, those that live on are told their remaining life', async () => {
  const random = seededRandom(9)
  const rowsOf = (unit: number, total: number, until: number) => Array.from({ length: until }, (_, cycle) => [unit, cycle + 1, (2 + 4 * Math.exp((cycle + 1 - total) / 20) + 0.1 * random()).toFixed(4), 5].join(' '))
  const lives = [120, 140, 160, 130, 150, 145]
  const send = (query: string, payload: string) => api.app.inject({ method: 'POST', url: `${LIVES}/histories?${query}`, headers: { 'content-type': 'text/plain' }, payload })
  const failed = await send('under=lab/engines&type=engine&names=vibration,pressure&by=Li', lives.flatMap((total, at) => rowsOf(at + 1, total, total)).join('\n'))
  assert.equal(failed.statusCode, 201, failed.body)
  const { runs, ...told } = failed.json<WireHistoryImport>()
  assert.deepEqual([told.assets, told.signals, told.constant, told.samples, runs.length], [6, ['vibration'], ['pressure'], 845, 6])
  assert.equal((runs[0]?.to ?? 0) - (runs[0]?.from ?? 0), 120 * HOUR_MS)
  const living = await send('under=lab/running&type=engine&names=vibration,pressure&failed=false&by=Li', [...rowsOf(1, 140, 130), ...rowsOf(2, 150, 60)].join('\n'))
  assert.deepEqual([living.statusCode, living.json<WireHistoryImport>().runs], [201, []])
  assert.equal((await send('under=lab/engines&by=Li', '1 1 2\n1 2 3')).statusCode, 409)
  assert.match((await send('under=lab/other&by=Li', '1 1 2\n1 x 3')).body, /line 2/)
  const begun = await post(LIVES, { name: 'Engines', assetType: 'engine', signals: ['vibration'], horizonHours: 125, failures: 'given', runs, author: 'Li Na' })
  assert.equal(begun.statusCode, 202, begun.body)
  await intelligence.predictions.lives.idle()
  const model = await get<WireLifeModel>(`${LIVES}/${begun.json<WireLifeModel>().id}`)
  assert.deepEqual([model.stage, model.runs.length, model.leftOut.length, model.assets], ['candidate', 6, 0, 8], model.failure ?? '')
  assert.equal((await post(`${LIVES}/${model.id}/approve`, { by: 'Wang' })).statusCode, 200)
  await intelligence.predictions.health.round()
  const [near, far] = [await healthOf('lab/running/unit1'), await healthOf('lab/running/unit2')]
  assert.ok(near?.life !== null && near?.life !== undefined && far?.life !== null && far?.life !== undefined, JSON.stringify([near, far]))
  assert.ok(near.life.medianHours < 40 && far.life.medianHours > near.life.medianHours + 20 && near.life.lowHours <= near.life.medianHours && near.life.highHours >= near.life.medianHours, JSON.stringify([near.life, far.life]))
})
