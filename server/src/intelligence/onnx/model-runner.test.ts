import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import type { WireOnnxContract } from '@millwright/model/wire/onnx.ts'
import { seededRandom } from '../algebra/random.ts'
import { referenceOfValues } from '../drift/drift-reference.ts'
import { planCalls, rowSettings } from './call-plan.ts'
import { ModelRunner } from './model-runner.ts'
import type { Followed } from './runner-messages.ts'
import { examine } from './try-model.ts'

const S = 1_000_000
const T0 = 1_700_000_000 * S
const [LOAD, AMBIENT, BEARING] = [1, 2, 3]
const pathOf = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.onnx`, import.meta.url))

async function followed(id: string, file: string, contract: Partial<WireOnnxContract> & Pick<WireOnnxContract, 'output'>, more: Partial<Followed> = {}): Promise<Followed> {
  const series = more.series ?? [LOAD, AMBIENT]
  const whole: WireOnnxContract = { name: id, purpose: 'a test', inputs: series.map((signal) => ({ signal: `s${signal}` })), layout: 'flat', rows: 1, stepSeconds: 10, everyRows: 1, fill: { rule: 'hold', seconds: 60 }, ...contract }
  const planned = planCalls(whole, await examine({ file, path: pathOf(file), maxMegabytes: 512, providers: ['cpu'] }))
  assert.ok('plan' in planned, JSON.stringify(planned))
  const call = { file, path: pathOf(file), contract: whole, plan: planned.plan, target: undefined, judge: undefined }
  return { id, asset: 7, role: 'champion', output: whole.output.signal, series, rows: rowSettings(whole), references: series.map(() => undefined), scoreReference: undefined, taught: [], alarmsPerWeek: 1, call, ...more }
}

interface Rig {
  readonly runner: ModelRunner
  readonly rests: string[]
  clock: number
}

function rig(t: TestContext, slackMs = 10_000): Rig {
  const made: Rig = { clock: 1_000_000, rests: [], runner: new ModelRunner({ maxMegabytes: 512, providers: ['cpu'], driftHours: 1, slackMs, nowMs: () => made.clock, onRests: (model, reason) => made.rests.push(`${model}: ${reason}`) }) }
  t.after(() => made.runner.end())
  return made
}

/** Ten seconds a step; a fault raises the bearing from a step on. */
function feed(runner: ModelRunner, fromStep: number, toStep: number, options: { readonly seed?: number; readonly without?: number; readonly fault?: number } = {}): void {
  const random = seededRandom(options.seed ?? fromStep + 1)
  const builder = new BatchBuilder()
  for (let step = fromStep; step < toStep; step++) {
    const timeUs = T0 + step * 10 * S
    const [load, ambient] = [20 + 70 * random(), 10 + 25 * random()]
    const values = [load, ambient, ambient + 0.4 * load + 0.6 * (random() - 0.5) + (options.fault ?? 0)]
    for (const [at, value] of values.entries()) if (at + 1 !== options.without) builder.addNumber(at + 1, timeUs + at, value, 0)
  }
  runner.take(builder.view(T0 + toStep * 10 * S))
}

const outputsOf = (runner: ModelRunner, id: string) => [...runner.models].find((model) => model.followed.id === id)?.drain().outputs
const statusOf = (runner: ModelRunner, id: string) => runner.status(0).models.find(({ model }) => model === id)

test('a soft sensor says of each row what it is, and of missing inputs once that it cannot', async (t) => {
  const { runner } = rig(t)
  runner.follow([await followed('sensor', 'soft-sensor', { output: { means: 'value', signal: 'model' } }, {})])
  feed(runner, 0, 20)
  await runner.pump(1e9)
  const given = outputsOf(runner, 'sensor')
  assert.equal(given?.values.length, 18)
  assert.ok(given.values.every((value) => value > 10 && value < 80) && given.status.every((status) => status === 0))
  assert.deepEqual(given.timesUs.slice(0, 2), [T0 + 10 * S, T0 + 20 * S])
  feed(runner, 20, 60, { without: AMBIENT })
  await runner.pump(1e9)
  const later = outputsOf(runner, 'sensor')
  const bad = later?.status.filter((status) => status !== 0) ?? []
  assert.deepEqual(bad, [0x809b_0000])
  const run = statusOf(runner, 'sensor')?.run
  assert.deepEqual([run?.state, run?.missing], ['missing', [AMBIENT]])
})

test('a class is a text; a shadow writes nothing and is compared with the champion', async (t) => {
  const { runner } = rig(t)
  const output = { means: 'value', signal: 'model', range: [0, 30] } satisfies WireOnnxContract['output']
  runner.follow([
    await followed('shadow', 'soft-sensor', { output }, { role: 'shadow', series: [AMBIENT, LOAD] }),
    await followed('champion', 'soft-sensor', { output }),
    await followed('class', 'classifier', { output: { means: 'class', signal: 'heat', labels: ['cool', 'hot', 'warm'] } }),
  ])
  feed(runner, 0, 30)
  await runner.pump(1e9)
  assert.equal(outputsOf(runner, 'shadow'), undefined)
  const champion = outputsOf(runner, 'champion')
  assert.ok(champion?.status.some((status) => status === 0x4000_0000), 'outside of its range it is uncertain')
  assert.ok((statusOf(runner, 'shadow')?.tally.difference ?? 0) > 1, 'its inputs are swapped')
  const classes = outputsOf(runner, 'class')
  assert.ok(classes?.labels?.every((label) => label !== null && ['cool', 'hot', 'warm'].includes(label)))
})

test('a score of any scale gets a limit of its own, and a fault is told with the inputs that moved', async (t) => {
  const { runner } = rig(t)
  const output = { means: 'anomaly_score', signal: 'odd', higherIs: 'usual' } satisfies WireOnnxContract['output']
  const series = [LOAD, AMBIENT, BEARING]
  const model = await followed('density', 'density', { output }, { series })
  runner.follow([model, { ...model, id: 'beside', role: 'shadow' }])
  feed(runner, 0, 8_000)
  await runner.pump(1e9)
  const news = () => [...runner.models].filter(({ followed: { id } }) => id === 'density').flatMap((one) => one.drain().news)
  assert.deepEqual(news(), [], 'a day of sound running')
  feed(runner, 8_000, 8_040, { fault: 25 })
  await runner.pump(1e9)
  const [begins] = news()
  assert.equal(begins?.parts[0]?.series, BEARING)
  assert.ok((begins?.pValue ?? 1) < 1e-4 && begins?.state === 'open' && begins.id.endsWith('-odd'))
  feed(runner, 8_040, 8_100)
  await runner.pump(1e9)
  assert.equal(news().at(-1)?.state, 'closed')
  assert.equal(statusOf(runner, 'beside')?.tally.toldUs.length, 1)
})

test('a model that hangs is ended each time, then rests; the others go on, and after the rest it is tried again', async (t) => {
  const made = rig(t, 2_000)
  const { runner } = made
  const limits = { timeoutMs: 50 }
  runner.follow([await followed('endless', 'endless', { output: { means: 'value', signal: 'never' }, limits }), await followed('sensor', 'soft-sensor', { output: { means: 'value', signal: 'model' } })])
  for (let turn = 0; turn < 4; turn++) {
    feed(runner, turn * 3, turn * 3 + 3)
    await runner.pump(1e9)
  }
  assert.deepEqual(made.rests, ['endless: it did not answer within 2050 ms'])
  assert.ok((outputsOf(runner, 'sensor')?.values.length ?? 0) >= 9)
  const run = statusOf(runner, 'endless')?.run
  assert.deepEqual([run?.state, run?.calls, (run?.timeouts ?? 0) >= 3, (run?.skipped ?? 0) > 0], ['resting', 0, true, true])
  assert.ok(outputsOf(runner, 'endless')?.status.includes(0x8031_0000), 'its signal shows that it does not come')
  made.clock += 31_000
  feed(runner, 12, 15)
  await runner.pump(1e9)
  assert.equal(made.rests.length, 2, 'one more call was enough')
  assert.ok((runner.status(0).restarts) >= 4)
})

test('drift of an input is told once, and its end', async (t) => {
  const { runner } = rig(t)
  const random = seededRandom(9)
  const reference = (low: number, width: number) => referenceOfValues(Float64Array.from({ length: 5_000 }, () => low + width * random()))
  runner.follow([{ ...(await followed('sensor', 'soft-sensor', { output: { means: 'value', signal: 'model' } })), references: [reference(20, 70), reference(10, 25)] }])
  const [model] = [...runner.models]
  feed(runner, 0, 2_000)
  assert.deepEqual(model?.driftNews(), [])
  const builder = new BatchBuilder()
  for (let step = 2_000; step < 6_000; step++) for (const series of [LOAD, AMBIENT]) builder.addNumber(series, T0 + step * 10 * S, series === LOAD ? 20 + 70 * random() : 30 + 25 * random(), 0)
  runner.take(builder.view(T0 + 60_000 * S))
  const told = model?.driftNews() ?? []
  assert.deepEqual(told.map(({ input, part: { state } }) => [input, state]), [[1, 'drifted']])
  assert.deepEqual(model?.driftNews(), [])
})

test('a runner that is saved and restored at any place says the same as one that never stopped', async (t) => {
  const model = await followed('density', 'density', { output: { means: 'anomaly_score', signal: 'odd', higherIs: 'usual' } }, { series: [LOAD, AMBIENT, BEARING] })
  const said: unknown[][] = [[], []]
  for (const [at, cuts] of [[], [500, 4_321, 5_010]].entries()) {
    let { runner } = rig(t)
    runner.follow([model])
    for (let step = 0; step < 5_200; step += 10) {
      if (cuts.some((cut) => cut >= step && cut < step + 10)) {
        const states = new Map([...runner.models].map((one) => [one.followed.id, one.save()]))
        runner.end()
        runner = rig(t).runner
        assert.deepEqual(runner.follow([model], states), [])
      }
      feed(runner, step, step + 10, { seed: step, fault: step >= 5_000 && step < 5_100 ? 25 : 0 })
      if (step % 100 === 90 || cuts.length > 0) await runner.pump(1e9)
      for (const one of runner.models) {
        const { outputs, news } = one.drain()
        said[at]?.push(...(outputs?.timesUs.map((timeUs, place) => [timeUs, outputs.values[place]]) ?? []), ...news.map(({ id, state, pValue }) => [id, state, pValue]))
      }
    }
  }
  const sorted = said.map((all) => all.map((one) => JSON.stringify(one)).toSorted())
  assert.ok((sorted[0]?.length ?? 0) > 5_190)
  assert.deepEqual(sorted[1], sorted[0])
})

test('a model that cannot keep up loses windows, which are counted; the others lose none', async (t) => {
  const { runner } = rig(t)
  runner.follow([await followed('slow', 'soft-sensor', { output: { means: 'value', signal: 'slow' } }), await followed('sensor', 'classifier', { output: { means: 'class', signal: 'heat' } })])
  feed(runner, 0, 500)
  await runner.pump(1e-6)
  for (const id of ['slow', 'sensor']) {
    const run = statusOf(runner, id)?.run
    // The first call shows how long one takes; with no time for more the others are left out.
    assert.deepEqual([run?.calls, run?.skipped, run?.failures], [1, 497, 0])
  }
  feed(runner, 500, 600)
  await runner.pump(1e9)
  assert.equal(statusOf(runner, 'sensor')?.run?.calls, 101)
})
