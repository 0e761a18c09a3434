import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import { assetOfTarget, planFaults, splitByRecipe } from './contest-simulator-plan.ts'
import { FoundFaults, type SimulatedFault } from './contest-simulator-score.ts'

const PLACEMENTS = {
  bearing_wear: ['p/pump1', 'p/pump2', 'p/pump3:drive', 'p/pump4', 'p/pump5', 'p/pump6'].map((target) => ({ target, variants: ['outer', 'inner'] })),
  sensor_drift: ['p/pump1/flow', 'p/pump7/flow', 'p/pump8/flow'].map((target) => ({ target, variants: [''] })),
  network_cut: [{ target: 'gateway', variants: [''] }],
}
const TIMES = { fromUs: 9 * US_PER_DAY, toUs: 20 * US_PER_DAY }

test('a plan depends on its seed alone, keeps to its time, and never strikes an asset twice at once', () => {
  const plan = planFaults(PLACEMENTS, { seed: 5, ...TIMES })
  assert.deepEqual(planFaults(PLACEMENTS, { seed: 5, ...TIMES }), plan)
  assert.notDeepEqual(planFaults(PLACEMENTS, { seed: 6, ...TIMES }), plan)
  assert.deepEqual(new Set(plan.map(({ kind }) => kind)), new Set(['bearing_wear', 'sensor_drift']), 'gateways are not struck')
  for (const one of plan) {
    assert.ok(one.beginUs >= TIMES.fromUs && one.endUs <= TIMES.toUs)
    const clash = plan.find((other) => other !== one && assetOfTarget(other.kind, other.target) === assetOfTarget(one.kind, one.target) && other.beginUs < one.endUs + 12 * US_PER_HOUR && other.endUs > one.beginUs - 12 * US_PER_HOUR)
    assert.equal(clash, undefined)
  }
  assert.ok(plan.some(({ rampS }) => (rampS ?? 0) > 4 * 86_400), 'slow wear is among them')
})

test('a machine with recipes is planned apart, so that the plan of the others is as it was before there was one', () => {
  const oven = { target: 'p/oven', variants: [''] }
  const more = { ...PLACEMENTS, heater_failure: [{ target: 'p/oven:front', variants: [''] }], seal_leak: [oven], sensor_drift: [...PLACEMENTS.sensor_drift, { target: 'p/oven/pressure', variants: [''] }] }
  const { others, recipes } = splitByRecipe(more, (asset) => asset === 'p/oven')
  assert.deepEqual(planFaults(others, { seed: 5, ...TIMES }), planFaults(PLACEMENTS, { seed: 5, ...TIMES }))
  assert.deepEqual(Object.keys(recipes).sort(), ['heater_failure', 'seal_leak'])
})

const SIGNALS = ['p/a', 'p/b', 'p/c'].flatMap((asset, at) => [{ series: 2 * at + 1, asset, name: 'speed' }, { series: 2 * at + 2, asset, name: 'vibration' }])
const fault = (id: number, asset: string, more: Partial<SimulatedFault> = {}): SimulatedFault => ({ id, kind: 'imbalance', asset, beginUs: 4 * US_PER_DAY, endUs: 4 * US_PER_DAY + 12 * US_PER_HOUR, rampS: 0, shows: [`${asset}/vibration`], downstream: [], ...more })

/** Samples of these series that are not zero, one a minute for the first hour of the fault. */
function running(series: readonly number[]): SampleBatch {
  const builder = new BatchBuilder()
  for (let minute = 0; minute < 60; minute++) for (const id of series) builder.addNumber(id, 4 * US_PER_DAY + minute * US_PER_MINUTE, 7, Status.good)
  return builder.view(0)
}

test('found, named, false and invisible are told apart', () => {
  const found = new FoundFaults()
  const run = found.begin(SIGNALS, ['p/a', 'p/b', 'p/c'], { fromUs: 2 * US_PER_DAY, toUs: 9 * US_PER_DAY })
  run.follow([fault(1, 'p/a', { downstream: ['p/b'] }), fault(2, 'p/c')])
  run.note(running([1, 2]))
  run.tell('p/c', 1.5 * US_PER_DAY, ['speed'])
  run.tell('p/a', 4 * US_PER_DAY + 30 * US_PER_MINUTE, ['speed', 'vibration'])
  run.tell('p/b', 4 * US_PER_DAY + US_PER_HOUR, ['speed'])
  run.tell('p/b', 7 * US_PER_DAY, ['speed'])
  run.finish()
  const [faults, recall, delay, named, falseAlarms] = found.total()
  assert.deepEqual([faults, recall, delay, named], [1, 1, 30, 1], 'the machine that stood does not count')
  // Three machines, seven days each, less eighteen hours of each fault where it is felt.
  const weeks = (3 * 7 - 3 * 0.75) / 7
  assert.ok(Math.abs((falseAlarms ?? 0) - 1 / weeks) < 1e-9, `${falseAlarms} where one in ${weeks} weeks is right`)
})
