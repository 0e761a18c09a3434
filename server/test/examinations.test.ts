import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { US_PER_SECOND } from '@millwright/model/time.ts'
import type { WireExamination } from '@millwright/model/wire/examination.ts'
import type { WireLabel } from '@millwright/model/wire/label.ts'
import { NOW_US, openTestApi, type TestApi } from '../src/api/test-api.ts'
import { Examinations } from '../src/intelligence/examinations/examinations.ts'
import { Intelligence } from '../src/intelligence/intelligence.ts'
import { examinationRoutes, intelligenceRoutes } from '../src/intelligence/module.ts'
import { intelligenceSettings } from '../src/intelligence/settings.ts'
import { silentLog } from '../src/kernel/log.ts'

const RIG = 'lab/rig'
const ROWS = 1_200
const START_US = NOW_US - 7_200 * US_PER_SECOND
const START = START_US / 1_000
const FAULT = [800, 900] as const
let api: TestApi
let intelligence: Intelligence
let examinations: Examinations

before(async () => {
  api = await openTestApi({
    modules: async (plant, folder) => {
      const clock = { nowUs: () => NOW_US, monotonicMs: () => performance.now() }
      intelligence = await Intelligence.start({ plant, folder: join(folder, 'intelligence'), clock, log: silentLog, random: () => 0.5 }, Value.Create(intelligenceSettings))
      const { labels, feedback } = intelligence
      examinations = await Examinations.open({ documents: plant.registry, history: plant.history, plant: plant.model, labels, feedback, clock, log: silentLog })
      return [intelligenceRoutes(intelligence), examinationRoutes(intelligence, examinations)]
    },
  })
  const { ingest } = api.plant
  const series = ['flow', 'temperature'].map((signal) => {
    const resolved = ingest.resolve(RIG, signal, 'number')
    if ('refusal' in resolved) throw new Error(resolved.refusal.message)
    return resolved.series
  })
  for (let row = 0; row < ROWS; row++) {
    const isFaulty = row >= FAULT[0] && row < FAULT[1]
    for (const [at, id] of series.entries()) ingest.open.addNumber(id, START_US + row * US_PER_SECOND, 30 + 5 * at + 0.2 * Math.sin(row * row * (at + 1)) - (isFaulty && at === 0 ? 2 : 0), 0)
  }
  assert.equal((await ingest.commit()).status, 'stored')
  assert.ok(await api.plant.historyCaughtUp(30_000))
})
after(async () => {
  await examinations.stop()
  await intelligence.stop()
  await api.close()
})

const post = (url: string, payload: object) => api.app.inject({ method: 'POST', url, payload })
const read = async <T>(url: string) => (await api.app.inject(url)).json<T>()

async function examined(fields: object): Promise<WireExamination> {
  const answer = await post('/api/v1/examinations', { asset: RIG, from: START, to: START + ROWS * 1_000, author: 'Li Na', ...fields })
  assert.equal(answer.statusCode, 202, answer.body)
  await examinations.idle()
  return read(`/api/v1/examinations/${answer.json<WireExamination>().id}`)
}

test('a recording of twenty minutes is examined, its fault found, judged into a label, and the same again gives the same', async () => {
  const first = await examined({})
  assert.deepEqual([first.state, first.rows, first.everySeconds, first.runs.length], ['done', ROWS, 1, 1])
  const found = first.findings.find(({ height }) => height > 2)
  assert.ok(found !== undefined && Math.abs(found.from - (START + FAULT[0] * 1_000)) < 30_000, JSON.stringify(first.findings))
  assert.equal(found.signals[0]?.signal, `${RIG}/flow`)
  assert.match(found.summary.zh, /低于应有水平/)
  const second = await examined({})
  assert.deepEqual([second.hash, second.findings], [first.hash, first.findings])

  const judged = await post(`/api/v1/examinations/${first.id}/findings/${found.id}/verdict`, { verdict: 'real', cause: 'valve', author: 'Li Na' })
  assert.equal(judged.statusCode, 200, judged.body)
  const again = await post(`/api/v1/examinations/${first.id}/findings/${found.id}/verdict`, { verdict: 'not_real', author: 'Li Na' })
  assert.deepEqual(again.json<WireExamination>().findings.find(({ id }) => id === found.id)?.verdicts.map(({ verdict, version }) => [verdict, version]), [['not_real', 2], ['real', 1]])
  const labels = (await read<{ items: WireLabel[] }>(`/api/v1/labels?asset=${RIG}`)).items
  assert.deepEqual(labels.map(({ kind, from, to, author }) => [kind, from, to, author]), [['normal', found.from, found.to, 'Li Na']])
})

test('a time with a labelled fault is no reference; what cannot be is refused with a code; one is forgotten, its labels stay', async () => {
  await post('/api/v1/labels', { asset: RIG, kind: 'fault', from: START + 800_000, to: START + 900_000, author: 'A' })
  const cases: readonly (readonly [object, number])[] = [
    [{ reference: { from: START + 700_000, to: START + 850_000 } }, 409],
    [{ from: START + 10, to: START }, 400],
    [{ from: NOW_US / 1_000 + 1e6, to: NOW_US / 1_000 + 2e6 }, 400],
    [{ runs: [{ from: START, to: START + 60_000 }, { from: START + 30_000, to: START + 90_000 }] }, 400],
    [{ signals: ['nothing'] }, 400],
    [{ asset: 'lab/none' }, 404],
    [{ author: ' ' }, 400],
  ]
  for (const [fields, status] of cases) assert.equal((await post('/api/v1/examinations', { asset: RIG, from: START, to: START + 60_000, author: 'A', ...fields })).statusCode, status, JSON.stringify(fields))
  const empty = await examined({ from: START - 9e8, to: START - 8e8 })
  assert.deepEqual([empty.state, empty.failure], ['failed', 'there are no samples of these signals in this time'])
  const good = await examined({ reference: { from: START, to: START + 400_000 }, from: START + 500_000 })
  assert.ok(good.findings.some(({ height }) => height > 2))
  assert.equal((await api.app.inject({ method: 'DELETE', url: `/api/v1/examinations/${good.id}` })).statusCode, 204)
  assert.equal((await api.app.inject(`/api/v1/examinations/${good.id}`)).statusCode, 404)
  assert.ok((await read<{ items: WireLabel[] }>(`/api/v1/labels?asset=${RIG}`)).items.length >= 1)
})
