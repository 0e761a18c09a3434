import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { WireAnomalies, WireAnomalyDetail, WireQuietRule, WireVerdictAnswer } from '@millwright/model/wire/anomaly.ts'
import type { WireBackTest, WireModel } from '@millwright/model/wire/ai-model.ts'
import type { WireIntelligenceStatus } from '@millwright/model/wire/intelligence.ts'
import { NOW_US, openTestApi, type TestApi } from '../src/api/test-api.ts'
import { Intelligence } from '../src/intelligence/intelligence.ts'
import { intelligenceRoutes } from '../src/intelligence/module.ts'
import { machine, MACHINE_SIGNALS } from '../src/intelligence/runtime/test-machine.ts'
import { intelligenceSettings } from '../src/intelligence/settings.ts'
import { silentLog } from '../src/kernel/log.ts'

const DAY = 1_440
const PUMP = 'works/pump1'
const START = NOW_US - 10 * US_PER_DAY
const FAULT_DAY = 6
let api: TestApi
let intelligence: Intelligence

/** Two hours of a warm bearing on days six, seven and eight. */
const fault = (minute: number) => (minute >= FAULT_DAY * DAY && minute % DAY < 120 ? Math.min(6, (minute % DAY) / 5) : 0)

before(async () => {
  api = await openTestApi({
    modules: async (plant, folder) => {
      intelligence = await start(plant, folder)
      return [intelligenceRoutes(intelligence)]
    },
  })
  await feed(PUMP, 0, 9 * DAY)
  await caughtUp()
})
after(async () => {
  await intelligence.stop()
  await api.close()
})

function start(plant: TestApi['plant'], folder: string): Promise<Intelligence> {
  const settings = { ...Value.Create(intelligenceSettings), saveSeconds: 1 }
  return Intelligence.start({ plant, folder: join(folder, 'intelligence'), clock: { nowUs: () => NOW_US, monotonicMs: () => performance.now() }, log: silentLog, random: () => 0.5 }, settings)
}

async function feed(asset: string, fromMinute: number, toMinute: number): Promise<void> {
  const { ingest } = api.plant
  const seriesOf = (signal: string, kind: 'number' | 'text') => {
    const resolved = ingest.resolve(asset, signal, kind)
    if ('refusal' in resolved) throw new Error(resolved.refusal.message)
    return resolved.series
  }
  const numbers = MACHINE_SIGNALS.map((name) => seriesOf(name, 'number'))
  const state = seriesOf('state', 'text')
  const fromUs = START + fromMinute * US_PER_MINUTE
  let count = 0
  for (const { signal, timeUs, value } of machine({ seed: 31 + fromMinute, fromUs, minutes: toMinute - fromMinute, fault: (minute) => fault(minute + fromMinute) })) {
    if (signal === 'state') ingest.open.addText(state, timeUs, String(value), 0)
    else ingest.open.addNumber(numbers[signal] ?? 0, timeUs, Number(value), 0)
    if (++count % 20_000 === 0) await ingest.commit()
  }
  const outcome = await ingest.commit()
  assert.equal(outcome.status, 'stored')
}

/** Waits until the stream has seen all that is durable, and its news are kept. */
async function caughtUp(): Promise<void> {
  const { head } = api.plant.journalStatus()
  const until = performance.now() + 90_000
  for (;;) {
    const position = await intelligence.stream.status().then((status) => status.position, () => -1)
    if (position >= head && intelligence.stream.saved.position >= head) return
    assert.ok(performance.now() < until, `the stream stands at ${position} of ${head}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const get = async <T>(url: string) => {
  const answer = await api.app.inject(url)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<T>()
}
const post = (url: string, payload: object) => api.app.inject({ method: 'POST', url, payload })
const faults = async () => (await get<WireAnomalies>('/api/v1/anomalies?show=all&limit=1000')).items.filter(({ signals }) => signals[0]?.signal.endsWith('bearing_temperature'))

test('the faults of the past are anomalies with reasons, recorded as past, and events tell them', async () => {
  const found = await faults()
  assert.deepEqual(found.map(({ detected }) => Math.floor((detected * 1_000 - START) / US_PER_DAY)).toSorted(), [6, 7, 8])
  const [newest] = found
  assert.ok(newest !== undefined)
  assert.equal(newest.asset, PUMP)
  assert.equal(newest.state, 'closed')
  assert.ok(newest.isPast && newest.regime === 'execute' && newest.pValue < 1e-3)
  assert.ok((newest.signals[0]?.value ?? 0) > (newest.signals[0]?.high ?? Infinity), 'outside of its expected band')
  assert.ok(newest.signals[0]?.movedFirst)
  assert.match(newest.summary.en, /bearing_temperature is .* higher than the other signals let expect/)
  assert.match(newest.summary.zh, /高于由其他信号推算的范围/)
  const kinds = new Set(api.plant.events.latest(100).map(({ kind }) => kind))
  assert.ok(kinds.has('anomaly.opened') && kinds.has('anomaly.closed'))
})

test('the status says what was picked for an asset and why', async () => {
  const { assets, lagBytes } = await get<WireIntelligenceStatus>(`/api/v1/intelligence/status?under=${PUMP}`)
  assert.equal(lagBytes, 0)
  const [pump] = assets
  assert.deepEqual(pump?.judged, ['load', 'power', 'bearing_temperature', 'flow'])
  assert.deepEqual([pump?.counters, pump?.states, pump?.phase], [['hours'], ['state'], 'watching'])
  assert.ok(pump?.why.some(({ en, zh }) => en.includes('judged together') && zh.includes('联合评判')))
})

test('a verdict makes a label and says what it changes; a second "not real" of the same signature quiets it, visibly, until undone', async () => {
  const [third, second, first] = await faults()
  const judged = await post(`/api/v1/anomalies/${first?.id}/verdict`, { verdict: 'not_real', author: '李娜' })
  assert.equal(judged.statusCode, 200, judged.body)
  const one = judged.json<WireVerdictAnswer>()
  assert.equal(one.quieted, false)
  assert.ok(one.changes.some(({ en }) => en.includes('1 of 2')))
  assert.equal(one.anomaly.verdict, 'not_real')
  assert.equal((await get<{ items: { anomaly?: string; kind: string }[] }>(`/api/v1/labels?asset=${PUMP}`)).items[0]?.kind, 'normal')

  const two = (await post(`/api/v1/anomalies/${second?.id}/verdict`, { verdict: 'not_real', author: 'Wang' })).json<WireVerdictAnswer>()
  assert.equal(two.quieted, true)
  const [rule] = (await get<{ items: WireQuietRule[] }>('/api/v1/intelligence/quiet')).items
  assert.equal(rule?.signature, second?.signature)
  assert.deepEqual(rule?.authors.toSorted(), ['Wang', '李娜'])

  const undone = await api.app.inject({ method: 'DELETE', url: `/api/v1/intelligence/quiet?signature=${encodeURIComponent(rule?.signature ?? '')}&by=Wang` })
  assert.equal(undone.statusCode, 204, undone.body)
  assert.deepEqual((await get<{ items: unknown[] }>('/api/v1/intelligence/quiet')).items, [])

  // People change their minds, and disagree; everything stays.
  const changed = (await post(`/api/v1/anomalies/${first?.id}/verdict`, { verdict: 'real', cause: 'bearing', note: '换了轴承', author: 'Zhao' })).json<WireVerdictAnswer>()
  assert.ok(changed.anomaly.isDisputed)
  assert.deepEqual(changed.anomaly.verdicts.map(({ version, verdict }) => [version, verdict]), [[2, 'real'], [1, 'not_real']])
  const detail = await get<WireAnomalyDetail>(`/api/v1/anomalies/${third?.id}`)
  assert.deepEqual(detail.similar.find(({ id }) => id === first?.id)?.cause, { en: 'Bearing worn or damaged', zh: '轴承磨损或损坏' })
})

test('what cannot be is refused with a code', async () => {
  const [one] = await faults()
  const cases: readonly (readonly [string, object, number])[] = [
    ['/api/v1/anomalies/none/verdict', { verdict: 'real', author: 'A' }, 404],
    [`/api/v1/anomalies/${one?.id}/verdict`, { verdict: 'perhaps', author: 'A' }, 400],
    [`/api/v1/anomalies/${one?.id}/verdict`, { verdict: 'real', author: ' ' }, 400],
    [`/api/v1/anomalies/${one?.id}/verdict`, { verdict: 'real', cause: 'ghosts', author: 'A' }, 400],
    ['/api/v1/labels', { asset: PUMP, kind: 'fault', from: NOW_US / 1_000 + 1_000, to: NOW_US / 1_000 + 2_000, author: 'A' }, 400],
    ['/api/v1/labels', { asset: PUMP, kind: 'fault', from: 2_000, to: 1_000, author: 'A' }, 400],
    ['/api/v1/labels', { asset: 'works/none', kind: 'fault', from: 1_000, to: 2_000, author: 'A' }, 404],
    ['/api/v1/models', { asset: PUMP, from: NOW_US / 1_000 - 1, author: 'A' }, 400],
    ['/api/v1/models/none/promote', { by: 'A' }, 404],
  ]
  for (const [url, payload, status] of cases) {
    const answer = await post(url, payload)
    assert.equal(answer.statusCode, status, `${url} ${JSON.stringify(payload)} → ${answer.body}`)
    assert.match(String(answer.headers['content-type']), /problem\+json/)
  }
})

test('a model goes from training to champion and back: back-tested, shadowed, approved by somebody else, rolled back', async () => {
  for (const day of [6, 7, 8]) {
    const from = (START + day * US_PER_DAY) / 1_000
    assert.equal((await post('/api/v1/labels', { asset: PUMP, kind: 'fault', from, to: from + 7_200_000, cause: 'bearing', author: 'Zhao' })).statusCode, 201)
  }
  const from = START / 1_000
  const to = from + 9 * 86_400_000
  const begun = await post('/api/v1/models', { asset: PUMP, from, to, author: 'Zhao' })
  assert.equal(begun.statusCode, 202, begun.body)
  const { id } = begun.json<WireModel>()
  await intelligence.lifeCycle.idle()
  const candidate = await get<WireModel>(`/api/v1/models/${id}`)
  assert.equal(candidate.stage, 'candidate', candidate.failure ?? '')
  const measured: Partial<WireBackTest> = candidate.backTest ?? {}
  assert.deepEqual([measured.events, measured.found, measured.recall], [3, 3, 1])
  assert.ok((measured.falseAlarms ?? 9) <= 1 && (measured.delaySeconds ?? 9e9) < 3_600 && (measured.leadSeconds ?? 0) > 3_600)

  const again = (await post(`/api/v1/models/${id}/rebuild`, {})).json()
  assert.deepEqual([again.isSame, again.hash], [true, candidate.dataSet?.hash])

  assert.equal((await post(`/api/v1/models/${id}/promote`, { by: 'Li' })).statusCode, 409, 'not without a shadow')
  assert.equal((await post(`/api/v1/models/${id}/shadow`, { by: 'Zhao' })).statusCode, 200)
  assert.equal((await post(`/api/v1/models/${id}/promote`, { by: ' ZHAO ' })).statusCode, 409, 'nobody approves their own model')
  assert.equal((await post(`/api/v1/models/${id}/promote`, { by: 'Li', note: 'finds all three' })).json<WireModel>().approver, 'Li')
  const inService = async () => (await get<WireIntelligenceStatus>(`/api/v1/intelligence/status?under=${PUMP}`)).assets[0]?.model
  assert.equal(await inService(), id)
  assert.equal((await post(`/api/v1/models/${id}/rollback`, { by: 'Li' })).json<WireModel>().stage, 'retired')
  assert.equal(await inService(), 'self-learned')
  const card = await api.app.inject(`/api/v1/models/${id}/card`)
  assert.match(card.body, /3 of 3/)
  assert.match(String(card.headers['content-type']), /markdown/)
})

test('the same data, labels and settings train the same model', async () => {
  const states: (Uint8Array | undefined)[] = []
  for (const author of ['A', 'B']) {
    const { id } = (await post('/api/v1/models', { asset: PUMP, from: START / 1_000, to: START / 1_000 + 3 * 86_400_000, author })).json<WireModel>()
    await intelligence.lifeCycle.idle()
    states.push(await intelligence.models.state(id))
  }
  assert.ok(states[0] !== undefined && states[0].length > 1_000)
  assert.deepEqual(states[0], states[1])
})

test('a training is cancelled, and says so', async () => {
  const { id } = (await post('/api/v1/models', { asset: PUMP, from: START / 1_000, author: 'A' })).json<WireModel>()
  assert.equal((await post(`/api/v1/models/${id}/cancel`, {})).statusCode, 204)
  await intelligence.lifeCycle.idle()
  const { stage, failure } = await get<WireModel>(`/api/v1/models/${id}`)
  assert.deepEqual([stage, failure], ['failed', 'the training was cancelled'])
})

test('the switch stops judging at once, and lets it go on', async () => {
  const off = (await post('/api/v1/intelligence/switch', { off: true, by: 'A' })).json()
  assert.ok(off.isOff)
  assert.equal((await get<WireIntelligenceStatus>('/api/v1/intelligence/status')).assets[0]?.isOff, true)
  await post('/api/v1/intelligence/switch', { off: false, by: 'A' })
  assert.equal((await get<WireIntelligenceStatus>('/api/v1/intelligence/status')).assets[0]?.isOff, false)
})

test('a thread that is killed at any moment goes on from its saved state: the same anomalies as without, each once', async () => {
  const asset = 'works/pump2'
  await feed(asset, 0, 5 * DAY)
  await new Promise((resolve) => setTimeout(resolve, 30))
  await intelligence.stream.crash()
  await feed(asset, 5 * DAY, 9 * DAY)
  await new Promise((resolve) => setTimeout(resolve, 400))
  await intelligence.stream.crash()
  await caughtUp()
  assert.ok(intelligence.stream.restarts >= 2)

  const sound = 'works/pump3'
  await feed(sound, 0, 5 * DAY)
  await feed(sound, 5 * DAY, 9 * DAY)
  await caughtUp()
  const told = async (path: string) => (await get<WireAnomalies>(`/api/v1/anomalies?show=all&under=${path}&limit=1000`)).items.map(({ detected, ended, pValue, state }) => ({ detected, ended, pValue, state }))
  assert.deepEqual(await told(asset), await told(sound))
  assert.ok((await told(asset)).length >= 3)
  const opened = api.plant.events.latest(1_000).filter(({ kind, path }) => kind === 'anomaly.opened' && path === asset).map(({ data }) => data['id'])
  assert.equal(new Set(opened).size, opened.length)
})

test('the routes stand in the OpenAPI document with names of their own', async () => {
  const { paths } = await get<{ paths: Record<string, Record<string, { operationId?: string }>> }>('/api/openapi.json')
  for (const path of ['/api/v1/anomalies', '/api/v1/anomalies/{id}/verdict', '/api/v1/labels', '/api/v1/models/{id}/promote', '/api/v1/intelligence/status']) assert.ok(paths[path] !== undefined, path)
  const names = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  assert.equal(new Set(names).size, names.length)
})
