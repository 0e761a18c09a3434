import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Contest } from './arena-table.ts'
import { scoreBrought, type BroughtModel } from './brought-model.ts'

const folder = await mkdtemp(join(tmpdir(), 'millwright-arena-'))
after(() => rm(folder, { recursive: true, force: true }))

const fixture = (name: string) => fileURLToPath(new URL(`../onnx/fixtures/${name}.onnx`, import.meta.url))

/** A log density of load, ambient temperature and bearing temperature, made by scikit-learn. */
const CONTRACT = {
  name: 'density', purpose: 'a test', inputs: [{ signal: 'load' }, { signal: 'ambient' }, { signal: 'bearing' }],
  layout: 'flat', rows: 1, stepSeconds: 1, everyRows: 1, fill: { rule: 'hold', seconds: 60 }, output: { means: 'anomaly_score', signal: 'odd', higherIs: 'usual' },
}

/** A collection of one part of 600 rows; in row 300 the bearing is far too hot for its load, in row 10 the load is missing. */
const contest: Contest = {
  name: 'made',
  parts: () => {
    const [bearing, ambient, load] = [new Float64Array(600), new Float64Array(600).fill(20), Float64Array.from({ length: 600 }, (_, row) => 50 + 20 * Math.sin(row / 40))]
    for (let row = 0; row < 600; row++) bearing[row] = 20 + 0.4 * (load[row] ?? 0)
    bearing[300] = 90
    load[10] = Number.NaN
    return [{ name: 'one', table: { rows: 600, columns: [bearing, ambient, load] }, signals: ['bearing', 'ambient', 'load'] }]
  },
  run: () => assert.fail('it is not run'),
}

let contracts = 0

async function modelOf(changes: object, file = 'density'): Promise<BroughtModel> {
  const contract = join(folder, `contract-${++contracts}.json`)
  await writeFile(contract, JSON.stringify({ ...CONTRACT, ...changes }))
  return { path: fixture(file), contract, maxMegabytes: 512, providers: ['cpu'] }
}

test('every row of a collection is scored by a model that somebody brought, its signals found by name; higher is odder', async () => {
  const { scores, title, costUs, limit } = await scoreBrought(contest, folder, { ...(await modelOf({})), limit: 3 })
  const one = scores.get('one') ?? assert.fail()
  assert.equal(one.length, 600)
  assert.ok(one.every(Number.isFinite), 'a missing value is held from before')
  assert.equal(one.indexOf(Math.max(...one)), 300)
  assert.deepEqual([title, limit], ['density (density.onnx)', 3])
  assert.ok(costUs > 0)
})

test('a model called after every tenth row keeps its score between calls, and there is none before its first', async () => {
  const { scores } = await scoreBrought(contest, folder, await modelOf({ everyRows: 10 }))
  const every = (await scoreBrought(contest, folder, await modelOf({}))).scores.get('one') ?? assert.fail()
  const some = scores.get('one') ?? assert.fail()
  for (let row = 0; row < 600; row++) assert.equal(some[row], every[row - (row % 10)], `row ${row}`)
})

test('what does not fit is refused with its reason before anything is scored', async () => {
  const refused = async (model: Promise<BroughtModel>, code: string, message: RegExp, on = contest) => assert.rejects(scoreBrought(on, folder, await model), (thrown: Error & { code?: string }) => thrown.code === code && message.test(thrown.message))
  await refused(modelOf({ inputs: [{ signal: 'load' }, { signal: 'ambient' }, { signal: 'bering' }] }), 'PAYLOAD_INVALID', /"made" has no signal "bering"; it has bearing, ambient, load/)
  await refused(modelOf({ output: { means: 'value', signal: 'x' } }), 'PAYLOAD_INVALID', /means "value"/)
  await refused(modelOf({ rows: 0 }), 'PAYLOAD_INVALID', /wrong at "\/rows"/)
  await refused(modelOf({ inputs: [{ signal: 'load' }, { signal: 'ambient' }] }), 'MODEL_REFUSED', /layout/)
  await refused(modelOf({}), 'PAYLOAD_INVALID', /cannot be scored on "bare"/, { name: 'bare', run: contest.run })
  await refused(modelOf({}).then((model) => ({ ...model, path: join(folder, 'none.onnx') })), 'NOT_FOUND', /none\.onnx/)
  await writeFile(join(folder, 'torn.json'), '{"name":')
  await refused(modelOf({}).then((model) => ({ ...model, contract: join(folder, 'torn.json') })), 'PAYLOAD_INVALID', /no JSON/)
  await refused(modelOf({}).then(({ contract: _, ...model }) => model), 'PAYLOAD_INVALID', /carries no contract/)
})
