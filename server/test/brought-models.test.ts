import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Value } from 'typebox/value'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { WireCard, WireModel, WireSampleLineage } from '@millwright/model/wire/ai-model.ts'
import type { WireAnomalies } from '@millwright/model/wire/anomaly.ts'
import type { WireNamedDataSet } from '@millwright/model/wire/data-set.ts'
import type { WireDrift } from '@millwright/model/wire/drift.ts'
import type { WireOnnxBindFields, WireOnnxContract, WireOnnxFile, WireOnnxPair, WireOnnxRefusal, WireOnnxRuns } from '@millwright/model/wire/onnx.ts'
import { NOW_US, openTestApi, type TestApi } from '../src/api/test-api.ts'
import { seededRandom } from '../src/intelligence/algebra/random.ts'
import { Intelligence } from '../src/intelligence/intelligence.ts'
import { intelligenceRoutes } from '../src/intelligence/module.ts'
import { intelligenceSettings } from '../src/intelligence/settings.ts'
import { silentLog } from '../src/kernel/log.ts'

const PUMP = 'works/pump1'
const START = NOW_US - 4 * US_PER_DAY
const fixture = (name: string) => readFileSync(new URL(`../src/intelligence/onnx/fixtures/${name}.onnx`, import.meta.url))
const pairs = JSON.parse(readFileSync(new URL('../src/intelligence/onnx/fixtures/pairs.json', import.meta.url), 'utf8')) as Record<string, WireOnnxPair[]>
const random = seededRandom(3)
let api: TestApi
let intelligence: Intelligence
let minute = 0

before(async () => {
  api = await openTestApi({
    modules: async (plant, folder) => {
      const settings = { ...Value.Create(intelligenceSettings), saveSeconds: 1, driftHours: 1 }
      intelligence = await Intelligence.start({ plant, folder: join(folder, 'intelligence'), clock: { nowUs: () => NOW_US, monotonicMs: () => performance.now() }, log: silentLog, random: () => 0.5 }, settings)
      return [intelligenceRoutes(intelligence)]
    },
  })
  await api.plant.model.edit([
    { op: 'createSignal', path: `${PUMP}/load`, fields: { kind: 'number', unit: '%' } },
    { op: 'createSignal', path: `${PUMP}/ambient`, fields: { kind: 'number', unit: 'Cel' } },
    { op: 'createSignal', path: `${PUMP}/bearing`, fields: { kind: 'number', unit: 'Cel' } },
  ])
  await feed(3 * 1_440, (at) => (at >= 2_900 && at < 2_960 ? 20 : 0))
})
after(async () => {
  await intelligence.stop()
  await api.close()
})

/** Minutes of the pump; a fault warms the bearing. */
async function feed(minutes: number, fault: (minute: number) => number = () => 0, ambientShift = 0): Promise<void> {
  const { ingest } = api.plant
  const [load, ambient, bearing] = ['load', 'ambient', 'bearing'].map((name) => ingest.find(PUMP, name)?.series ?? -1)
  for (const end = minute + minutes; minute < end; minute++) {
    const timeUs = START + minute * US_PER_MINUTE
    const [loadValue, ambientValue] = [20 + 70 * random(), 10 + 25 * random() + ambientShift]
    ingest.open.addNumber(load ?? -1, timeUs, loadValue, 0)
    ingest.open.addNumber(ambient ?? -1, timeUs, ambientValue, 0)
    ingest.open.addNumber(bearing ?? -1, timeUs, ambientValue + 0.4 * loadValue + 0.6 * (random() - 0.5) + fault(minute), 0)
  }
  assert.equal((await ingest.commit()).status, 'stored')
}

const call = async <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, status: number, payload?: object): Promise<T> => {
  const answer = await api.app.inject({ method, url, ...(payload !== undefined && { payload }) })
  assert.equal(answer.statusCode, status, `${method} ${url} → ${answer.body.slice(0, 2_000)}`)
  return answer.json<T>()
}
const get = <T>(url: string) => call<T>('GET', url, 200)
const upload = async (name: string | Buffer, status = 201) => {
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/onnx/files?by=Wu', headers: { 'content-type': 'application/octet-stream' }, payload: typeof name === 'string' ? fixture(name) : name })
  assert.equal(answer.statusCode, status, answer.body)
  return answer
}
async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + 60_000
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) assert.fail(`waited in vain for ${what}; models: ${JSON.stringify(await intelligence.brought.runs())}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const contractOf = (signals: readonly string[], output: WireOnnxContract['output']): WireOnnxContract => ({
  name: 'Pump model', purpose: 'For a test.', inputs: signals.map((signal) => ({ signal, unit: signal === 'load' ? '%' : 'Cel' })), layout: 'flat', rows: 1, stepSeconds: 60, everyRows: 1, fill: { rule: 'hold', seconds: 300 }, output,
})
const SENSOR = contractOf(['load', 'ambient'], { means: 'value', signal: 'bearing_model', unit: 'Cel', target: 'bearing' })
async function bring(name: string, contract: WireOnnxContract): Promise<WireModel> {
  const { file } = (await upload(name)).json<WireOnnxFile>()
  const body: WireOnnxBindFields = { file, contract, pairs: pairs[name] ?? [], assets: [PUMP], author: 'Wu', experiment: 'first try' }
  const { items } = await call<{ items: WireModel[] }>('POST', '/api/v1/onnx/models', 201, body)
  const [model] = items
  assert.ok(model !== undefined)
  return model
}
const backTested = async (id: string) => {
  await call('POST', `/api/v1/models/${id}/back-test`, 202, { from: START / 1_000, to: START / 1_000 + 3 * 86_400_000, by: 'Wu' })
  await intelligence.lifeCycle.idle()
  return await get<WireModel>(`/api/v1/models/${id}`)
}
const samplesOf = async (signal: string) => await get<{ times: number[]; values: (number | null)[]; qualities: string[] }>(`/api/v1/signals/${PUMP}/${signal}/samples?from=${START / 1_000}&to=${NOW_US / 1_000}&limit=10000`)
const promote = async (id: string) => {
  await call('POST', `/api/v1/models/${id}/shadow`, 200, { by: 'Wu' })
  await call('POST', `/api/v1/models/${id}/promote`, 200, { by: 'Li' })
}
const runOf = async (id: string) => (await get<WireOnnxRuns>('/api/v1/onnx/runs')).models.find(({ model }) => model === id)

let sensor = ''

test('a file that is no model, or reaches outside of itself, is refused with where and why; nothing is kept of it', async () => {
  const problem = (await upload(Buffer.from('MZ this is something else'), 422)).json<{ code: string; context: { refusals: WireOnnxRefusal[] } }>()
  assert.equal(problem.code, 'MODEL_REFUSED')
  assert.equal(problem.context.refusals[0]?.where, 'file')
  await upload('outside', 422)
  await upload(Buffer.alloc(0), 400)
  assert.deepEqual((await get<{ items: unknown[] }>('/api/v1/onnx/files')).items, [])
})

test('a contract that does not fit the file, the pairs or the asset is refused with every reason', async () => {
  const { file, inputs } = (await upload('soft-sensor')).json<WireOnnxFile>()
  assert.deepEqual(inputs, [{ name: 'X', type: 'float32', shape: ['?', 2] }])
  const refusals = async (fields: Partial<WireOnnxBindFields>) => {
    const { context } = await call<{ context: { refusals: WireOnnxRefusal[] } }>('POST', '/api/v1/onnx/models', 422, { file, contract: SENSOR, pairs: pairs['soft-sensor'] ?? [], assets: [PUMP], author: 'Wu', ...fields })
    return context.refusals.map(({ where, what, right }) => `${where}: ${what} → ${right}`).join('\n')
  }
  assert.match(await refusals({ assets: ['works/none'] }), /assets: there is no asset "works\/none"/)
  assert.match(await refusals({ contract: { ...SENSOR, inputs: [{ signal: 'laod' }, { signal: 'ambient', unit: 'K' }] } }), /inputs\[0\].signal: works\/pump1 has no signal "laod" → one of: .*load[^]*inputs\[1\].unit: "ambient" of works\/pump1 is in Cel, and the model takes K/)
  assert.match(await refusals({ contract: { ...SENSOR, output: { means: 'value', signal: 'bearing' } } }), /output.signal: "bearing" of works\/pump1 exists already/)
  assert.match(await refusals({ contract: { ...SENSOR, rows: 2 } }), /layout: the file's input "X" is \[\?, 2\], and the contract makes \[1, 4\]/)
  assert.match(await refusals({ pairs: [{ rows: [[50, 20]], output: 99 }] }), /pairs\[0\].output: the model here says/)
  await call('POST', '/api/v1/onnx/models', 200, { file, contract: SENSOR, pairs: pairs['soft-sensor'] ?? [], assets: [PUMP], author: 'Wu', dryRun: true })
  assert.deepEqual((await get<{ items: unknown[] }>('/api/v1/models')).items, [])
})

test('a soft sensor goes from its file to the plant: checked, back-tested against the truth, shadowed, approved by somebody else, and it writes a computed signal', async () => {
  const model = await bring('soft-sensor', SENSOR)
  assert.deepEqual([model.kind, model.stage, model.output, model.version, model.experiment], ['onnx', 'candidate', 'bearing_model', 1, 'first try'])
  sensor = model.id
  const tested = await backTested(sensor)
  const metric = (name: string) => tested.metrics.find((one) => one.name === name)
  assert.equal(tested.failure, null)
  // The fault of an hour, 20 degrees high, is in the error.
  assert.ok((metric('mae')?.value ?? 9) < 1 && (metric('r2')?.value ?? 0) > 0.9 && (metric('compared')?.value ?? 0) > 4_000, JSON.stringify(tested.metrics))
  assert.equal(tested.dataSet?.hash.length, 64)
  await call('POST', `/api/v1/models/${sensor}/shadow`, 200, { by: 'Wu' })
  await feed(20)
  const beside = await until('the shadow to be called', async () => {
    const run = await runOf(sensor)
    return run !== undefined && run.calls >= 15 && run
  })
  assert.ok((beside.tally?.error ?? 9) < 1, 'compared with the truth while it is a shadow')
  assert.equal(api.plant.model.signal(`${PUMP}/bearing_model`), undefined, 'a shadow writes nothing')
  await call('POST', `/api/v1/models/${sensor}/promote`, 409, { by: 'wu ' })
  await call('POST', `/api/v1/models/${sensor}/promote`, 200, { by: 'Li' })
  const signal = api.plant.model.signal(`${PUMP}/bearing_model`)
  assert.deepEqual([signal?.kind, signal?.unit], ['number', 'Cel'])
  assert.match(signal?.description ?? '', /^Computed by Millwright \(onnx-model\): Pump model, version 1/)
  await feed(20)
  const written = await until('its values', async () => {
    const samples = await samplesOf('bearing_model')
    return samples.values.length >= 15 && samples
  })
  const measured = await samplesOf('bearing')
  const truth = new Map(measured.times.map((time, at) => [time, measured.values[at]]))
  for (const [at, time] of written.times.entries()) assert.ok(Math.abs((written.values[at] ?? 0) - (truth.get(time - 60_000) ?? 99)) < 3, 'of the minute that ended then')
})

test('what the thread had not written when it died is written after it, once', async () => {
  const before = (await samplesOf('bearing_model')).times.length
  await feed(30)
  await intelligence.brought.crash()
  await feed(30)
  const samples = await until('all minutes', async () => {
    const found = await samplesOf('bearing_model')
    return found.times.length >= before + 60 && found
  })
  assert.equal(new Set(samples.times).size, samples.times.length)
  const gaps = samples.times.slice(1).filter((time, at) => time - (samples.times[at] ?? 0) !== 60_000)
  assert.deepEqual(gaps, [])
})

test('a switched-off model says nothing more from the answer on; switched on it goes on', async () => {
  await call('POST', '/api/v1/intelligence/switch', 200, { off: true, model: sensor, by: 'Li' })
  const before = (await samplesOf('bearing_model')).times.length
  await feed(10)
  await until('the switch to be seen', async () => (await runOf(sensor))?.state === 'off')
  assert.equal((await samplesOf('bearing_model')).times.length, before)
  await call('POST', '/api/v1/intelligence/switch', 200, { off: false, model: sensor, by: 'Li' })
  await until('it to run again', async () => ((await runOf(sensor))?.state ?? 'off') !== 'off')
  await feed(10)
  await until('new values', async () => (await samplesOf('bearing_model')).times.length > before)
})

test('an anomaly score is back-tested on labelled events, told with a calibrated limit, and traced back to its file and approver', async () => {
  const from = (START + 2_900 * US_PER_MINUTE) / 1_000
  await call('POST', '/api/v1/labels', 201, { asset: PUMP, kind: 'fault', from, to: from + 3_600_000, cause: 'bearing', author: 'Zhao' })
  const model = await bring('density', contractOf(['load', 'ambient', 'bearing'], { means: 'anomaly_score', signal: 'oddness', higherIs: 'usual' }))
  const tested = await backTested(model.id)
  assert.equal(tested.failure, null)
  assert.deepEqual([tested.backTest?.events, tested.backTest?.found, tested.backTest?.falseAlarms], [1, 1, 0])
  assert.ok((tested.backTest?.delaySeconds ?? 9e9) <= 180)
  await promote(model.id)
  await feed(30)
  await feed(20, () => 20)
  await feed(60)
  const anomaly = await until('its anomaly', async () => (await get<WireAnomalies>(`/api/v1/anomalies?show=all&under=${PUMP}`)).items.find((one) => one.model === model.id && one.state === 'closed'))
  assert.match(anomaly.signals[0]?.signal ?? '', /bearing$/)
  assert.ok(anomaly.pValue < 1e-3)
  const lineage = await get<{ file: string; approver: string; modelVersion: number; dataSetHash: string; codeVersion: string }>(`/api/v1/anomalies/${anomaly.id}/lineage`)
  assert.deepEqual([lineage.file, lineage.approver, lineage.modelVersion, lineage.codeVersion], [model.onnx?.file, 'Li', 1, `onnx/${model.onnx?.file.slice(0, 12)}`])
  assert.equal(lineage.dataSetHash, tested.dataSet?.hash)
})

test('a model that tells classes is tried on what people labelled: events, false alarms, and confusion by class', async () => {
  const model = await bring('classifier', contractOf(['load', 'ambient'], { means: 'class', signal: 'heat', labels: ['cool', 'hot', 'warm'], normal: 'warm' }))
  const tested = await backTested(model.id)
  assert.equal(tested.failure, null)
  const { classes = [], counts = [], unknown, truth } = tested.confusion ?? {}
  assert.deepEqual([truth, classes, unknown], ['labels', ['cool', 'hot', 'warm'], 60], 'the labelled hour has a cause that is no class')
  assert.equal(counts[2]?.reduce((sum, count) => sum + count, 0), tested.metrics.find(({ name }) => name === 'compared')?.value)
  assert.deepEqual([tested.backTest?.events, tested.backTest?.found], [1, 1])
  assert.ok((tested.backTest?.falseAlarms ?? 0) > 100, 'what is hot or cool without anything being wrong is a false alarm here')
  const card = (await api.app.inject(`/api/v1/models/${model.id}/card?lang=zh`)).body
  for (const part of [/各类别混淆情况/, /\| \*\*warm\*\* \|/, /作者: Wu/, /1 个中的 1 个/]) assert.match(card, part)
})

test('drift of an input is measured, shown and told as an event', async () => {
  await feed(400, undefined, 12)
  const drift = await until('the drift', async () => {
    const found = await get<WireDrift>(`/api/v1/models/${sensor}/drift`)
    return found.state === 'drifted' && found
  })
  const ambient = drift.inputs.find(({ signal }) => signal.endsWith('/ambient'))
  assert.equal(ambient?.state, 'drifted')
  assert.ok((ambient?.psi ?? 0) > 0.25 && (ambient?.now?.mean ?? 0) > (ambient?.reference?.mean ?? 99) + 3, JSON.stringify(ambient))
  assert.equal(drift.inputs.find(({ signal }) => signal.endsWith('/load'))?.state, 'steady')
  await until('its event', async () => api.plant.events.latest(200).some(({ kind, data }) => kind === 'model.drifted' && data['id'] === sensor && String(data['input']).endsWith('/ambient')))
  assert.equal((await get<{ items: WireDrift[] }>('/api/v1/drift')).items[0]?.state, 'drifted')
})

test('a second version takes over and goes back: of each output there is one champion', async () => {
  const second = await bring('soft-sensor', { ...SENSOR, name: 'Pump model, better' })
  assert.equal(second.version, 2)
  await promote(second.id)
  const stage = async (id: string) => (await get<WireModel>(`/api/v1/models/${id}`)).stage
  assert.deepEqual([await stage(sensor), await stage(second.id)], ['retired', 'champion'])
  await call('POST', `/api/v1/models/${second.id}/rollback`, 200, { by: 'Li' })
  assert.deepEqual([await stage(sensor), await stage(second.id)], ['champion', 'retired'])
  // A value of before and one of now come from the same file; both are traced to it, its data, its labels' state and who approved it.
  const traced = await get<WireSampleLineage>(`/api/v1/intelligence/lineage?signal=${PUMP}/bearing_model`)
  const record = await get<WireModel>(`/api/v1/models/${sensor}`)
  assert.deepEqual([traced.by, traced.model, traced.modelVersion, traced.file, traced.author, traced.approver, traced.dataSetHash, traced.inputs], ['onnx-model', sensor, 1, record.onnx?.file, 'Wu', 'Li', record.dataSet?.hash, [`${PUMP}/load`, `${PUMP}/ambient`]])
  const [time] = (await samplesOf('bearing_model')).times
  assert.deepEqual([(await get<WireSampleLineage>(`/api/v1/intelligence/lineage?signal=${PUMP}/bearing_model&time=${time}`)).time, traced.codeVersion], [time, `onnx/${record.onnx?.file.slice(0, 12)}`])
  await call('GET', `/api/v1/intelligence/lineage?signal=${PUMP}/load`, 404)
  await until('the first to run', async () => ['running', 'filling'].includes((await runOf(sensor))?.state ?? 'off'))
  const file = (await get<WireModel>(`/api/v1/models/${sensor}`)).onnx?.file
  await call('DELETE', `/api/v1/onnx/files/${file}`, 409)
})

test('a model that never answers is refused at its first pair, within its own limit', async () => {
  const endless = (await upload('endless')).json<WireOnnxFile>()
  const contract = { ...contractOf(['load', 'ambient'], { means: 'value', signal: 'never' }), limits: { timeoutMs: 100 } }
  const refusal = await call<{ context: { refusals: WireOnnxRefusal[] } }>('POST', '/api/v1/onnx/models', 422, { file: endless.file, contract, pairs: [{ rows: [[1, 2]], output: 1 }], assets: [PUMP], author: 'Wu' })
  assert.match(refusal.context.refusals[0]?.what ?? '', /did not answer within/)
})

test('a data set is a reference with a fingerprint: read again it is the same, a model trained on it has the same one, and its rows are those of models in service', async () => {
  const from = START / 1_000
  const to = from + 2.5 * 86_400_000
  await call('POST', '/api/v1/data-sets', 400, { name: 'wrong', asset: PUMP, signals: ['none'], from, to, author: 'Wu' })
  const made = await call<WireNamedDataSet>('POST', '/api/v1/data-sets', 202, { name: 'two days and a half', asset: PUMP, signals: ['load', 'ambient', 'bearing'], from, to, author: 'Wu' })
  await intelligence.dataSets.idle()
  const set = await get<WireNamedDataSet>(`/api/v1/data-sets/${made.id}`)
  assert.deepEqual([set.state, set.data.samples, set.signalNames, set.data.labels.length], ['ready', 3 * 3_600, ['load', 'ambient', 'bearing'], 1])
  const again = await call<{ isSame: boolean; hash: string }>('POST', `/api/v1/data-sets/${set.id}/rebuild`, 200, {})
  assert.deepEqual([again.isSame, again.hash], [true, set.data.hash])

  const begun = await call<WireModel>('POST', '/api/v1/models', 202, { asset: PUMP, dataSet: set.id, experiment: 'first try', alarmsPerWeek: 2, author: 'Wu' })
  await intelligence.lifeCycle.idle()
  const model = await get<WireModel>(`/api/v1/models/${begun.id}`)
  assert.deepEqual([model.stage, model.failure, model.dataSetId, model.dataSet?.hash, model.dataSet?.alarmsPerWeek, model.experiment], ['candidate', null, set.id, set.data.hash, 2, 'first try'])
  assert.deepEqual((await get<WireNamedDataSet>(`/api/v1/data-sets/${set.id}`)).usedBy, [model.id])

  const csv = (await api.app.inject(`/api/v1/data-sets/${set.id}/rows?step=60`)).body.trim().split('\n')
  assert.equal(csv[0], 'time,load,ambient,bearing,label')
  assert.equal(csv.length, 1 + 3_600)
  assert.match(csv[1] ?? '', /^2025-12-28T00:01:00.000Z,[\d.]+,[\d.]+,[\d.]+,$/)
  assert.equal(csv.filter((line) => line.endsWith(',fault')).length, 60)
  assert.equal((await api.app.inject(`/api/v1/data-sets/${set.id}/rows?step=0.1`)).statusCode, 413)

  // A sample that comes late is a change, and is seen.
  const series = api.plant.ingest.find(PUMP, 'load')?.series ?? -1
  api.plant.ingest.open.addNumber(series, START + 30_000_000, 50, 0)
  await api.plant.ingest.commit()
  await until('history', async () => api.plant.historyCaughtUp(5_000))
  assert.equal((await call<{ isSame: boolean }>('POST', `/api/v1/data-sets/${set.id}/rebuild`, 200, {})).isSame, false)
})

test('a model card says what it stands on, takes notes, and goes out as Markdown and JSON', async () => {
  await call('PUT', `/api/v1/models/${sensor}/card`, 200, { purpose: 'Estimates the bearing temperature.', notes: 'Not for start-up.', by: 'Li' })
  const { body, headers } = await api.app.inject(`/api/v1/models/${sensor}/card`)
  assert.match(String(headers['content-type']), /markdown/)
  for (const part of [/Estimates the bearing temperature/, /Not for start-up/, /\| load \| % \|/, /5 given pairs/, /\| mae \|/, /approver: Li/, /champion by Li/]) assert.match(body, part)
  const card = await get<WireCard>(`/api/v1/models/${sensor}/card?format=json`)
  assert.equal(card.markdown, body)
  assert.ok(card.lineage.some((line) => line.includes(card.model.onnx?.file ?? 'none')))
})

test('quieting what was said twice to be nothing quiets the closed ones as well', async () => {
  const all = async () => (await get<WireAnomalies>(`/api/v1/anomalies?show=all&under=${PUMP}&limit=1000`)).items
  const [first] = (await all()).filter(({ state }) => state === 'closed')
  assert.ok(first !== undefined)
  const same = intelligence.anomalies.get(first.id)
  assert.ok(same !== undefined)
  // A second one of the same signature, as the stream would tell it a week before.
  await intelligence.anomalies.take({ ...same, id: `${same.asset}-1`, detectedUs: same.detectedUs - US_PER_DAY, beganUs: same.beganUs - US_PER_DAY, endedUs: (same.endedUs ?? 0) - US_PER_DAY, parts: same.parts.map((part) => ({ ...part, value: part.value ?? Number.NaN, movedUs: part.movedUs })) })
  for (const id of [first.id, `${same.asset}-1`]) await call('POST', `/api/v1/anomalies/${id}/verdict`, 200, { verdict: 'not_real', author: 'Zhao' })
  const alike = (await all()).filter(({ signature }) => signature === first.signature)
  assert.ok(alike.length >= 2 && alike.every(({ isQuieted }) => isQuieted), JSON.stringify(alike.map(({ id, isQuieted }) => [id, isQuieted])))
})

test('a new candidate shows what verdicts changed: of each judged anomaly whether it would be told again', async () => {
  const judged = (await get<WireAnomalies>(`/api/v1/anomalies?show=all&under=${PUMP}&limit=1000`)).items.filter(({ verdict }) => verdict === 'not_real')
  assert.ok(judged.length >= 2)
  const { id } = await call<WireModel>('POST', '/api/v1/models', 202, { asset: PUMP, from: START / 1_000, author: 'Wu' })
  await intelligence.lifeCycle.idle()
  const model = await get<WireModel>(`/api/v1/models/${id}`)
  assert.equal(model.failure, null)
  const { falseGone = 0, falseLeft = 0 } = model.verdictEffect ?? {}
  assert.equal(falseGone + falseLeft, judged.length)
  assert.ok((await get<{ items: WireModel[] }>(`/api/v1/models?anomaly=${encodeURIComponent(judged[0]?.id ?? '')}`)).items.some((one) => one.id === id))

  // In service its inputs are watched for drift as well.
  await call('POST', `/api/v1/models/${id}/shadow`, 200, { by: 'Wu' })
  await feed(150)
  const drift = await until('its drift', async () => {
    const found = await get<WireDrift>(`/api/v1/models/${id}/drift`)
    return found.inputs.length === 3 && found.inputs.every(({ psi }) => psi !== null) && found
  })
  assert.ok(drift.inputs.every(({ reference }) => (reference?.count ?? 0) > 1_000))

  // What the asset learned by itself is watched too: its inputs, its score, and how often it rings.
  const own = (await get<{ items: WireDrift[] }>(`/api/v1/drift?asset=${PUMP}`)).items.find((one) => one.model === 'self-learned')
  assert.deepEqual([own?.asset, own?.score?.signal, own?.ringing?.levels.map(({ allowedPerWeek }) => allowedPerWeek)], [PUMP, 'score', [7, 3, 1]])
  assert.ok(own?.inputs.some(({ signal, missing }) => signal === `${PUMP}/load` && missing !== null), JSON.stringify(own))
})

test('the switch for all stops every model, and what was off is not made up for', async () => {
  await until('all minutes so far to be judged', async () => ((await samplesOf('bearing_model')).times.at(-1) ?? 0) >= (START + (minute - 2) * US_PER_MINUTE) / 1_000)
  const before = (await samplesOf('bearing_model')).times.length
  await call('POST', '/api/v1/intelligence/switch', 200, { off: true, by: 'Li' })
  await feed(30)
  await until('all to be off', async () => (await get<WireOnnxRuns>('/api/v1/onnx/runs')).models.every(({ state }) => state === 'off'))
  await call('POST', '/api/v1/intelligence/switch', 200, { off: false, by: 'Li' })
  await until('the model to follow again', async () => (await runOf(sensor))?.state !== 'off')
  await feed(30)
  await until('new values', async () => (await samplesOf('bearing_model')).times.length > before + 20)
  assert.ok((await samplesOf('bearing_model')).times.length <= before + 31)
})
