import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { MODEL_SORTS, MODEL_STAGES, type WireModel } from '@millwright/model/wire/ai-model.ts'
import { experimentsOf, filterModels } from './model-filter.ts'

type Listed = Parameters<typeof experimentsOf>[0][number]

const figures = { events: 2, found: 1, falseAlarms: 1, delaySeconds: null, leadSeconds: null, judgedDays: 3 }
const backTest = fc.option(fc.record({ recall: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), falseAlarmsPerDay: fc.option(fc.double({ min: 0, max: 9, noNaN: true })) }).map((some): WireModel['backTest'] => ({ ...figures, ...some })))
const models = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    asset: fc.constantFrom('acme/line1/press', 'acme/line1/pump', 'acme/line10/pump'),
    output: fc.constantFrom('anomalies', 'wear'),
    kind: fc.constantFrom('watch' as const, 'onnx' as const),
    version: fc.integer({ min: 1, max: 9 }),
    stage: fc.constantFrom(...MODEL_STAGES),
    author: fc.constantFrom('Li Na', 'Anna'),
    approver: fc.option(fc.constant('Wang')),
    experiment: fc.option(fc.constantFrom('winter', 'summer')),
    created: fc.integer({ min: 0, max: 1_000 }),
    backTest,
  }),
  { selector: ({ id }) => id, maxLength: 30 },
)

test('every model stands in the list of its stages once, whatever the order', () => {
  fc.assert(
    fc.property(models, fc.constantFrom(...MODEL_SORTS), fc.subarray([...MODEL_STAGES]), (all: Listed[], sort, stages) => {
      const found = filterModels(all, { sort, stages })
      const rest = filterModels(all, { sort, stages: MODEL_STAGES.filter((stage) => !stages.includes(stage)) })
      assert.equal(found.length + rest.length, all.length)
      assert.deepEqual(new Set([...found, ...rest].map(({ id }) => id)), new Set(all.map(({ id }) => id)))
      assert.deepEqual(filterModels(all.toReversed(), { sort, stages }), found, 'the order depends on the models alone')
    }),
  )
})

test('the best figures come first, and what was not measured last', () => {
  fc.assert(
    fc.property(models, (all: Listed[]) => {
      const rates = filterModels(all, { sort: 'falseAlarms' }).map(({ backTest: tested }) => tested?.falseAlarmsPerDay ?? Number.POSITIVE_INFINITY)
      const recalls = filterModels(all, { sort: 'recall' }).map(({ backTest: tested }) => tested?.recall ?? -1)
      for (let at = 1; at < all.length; at++) assert.ok((rates[at - 1] as number) <= (rates[at] as number) && (recalls[at - 1] as number) >= (recalls[at] as number))
    }),
  )
})

const one = (fields: Partial<Listed>): Listed => ({ id: 'a', asset: 'acme/line1/press', output: 'anomalies', kind: 'watch', version: 1, stage: 'candidate', author: 'Li Na', approver: null, experiment: null, created: 1, backTest: null, ...fields })

test('a part of the plant is a part of its path, and words are looked for in whatever names a model', () => {
  const [press, pump, far] = [one({}), one({ id: 'b', asset: 'acme/line1/pump', experiment: 'Winter tyres' }), one({ id: 'c', asset: 'acme/line10/pump', output: 'wear', approver: 'Wang Wei' })]
  const ids = (wish: Parameters<typeof filterModels>[1]) => filterModels([press, pump, far], { sort: 'asset', ...wish }).map(({ id }) => id)
  assert.deepEqual(ids({ under: 'acme/line1' }), ['a', 'b'])
  assert.deepEqual(ids({ search: 'PUMP winter' }), ['b'])
  assert.deepEqual(ids({ search: ' wang ' }), ['c'])
  assert.deepEqual(ids({ search: 'wear press' }), [])
})

test('an experiment counts its models, machines and what of it is in charge', () => {
  const all = [one({ experiment: 'winter' }), one({ id: 'b', experiment: 'winter', stage: 'champion', author: 'Anna', created: 5 }), one({ id: 'c', asset: 'acme/x', experiment: 'summer', created: 9 }), one({ id: 'd' })]
  assert.deepEqual(experimentsOf(all), [
    { experiment: 'summer', models: 1, assets: 1, inCharge: 0, authors: ['Li Na'], newest: 9 },
    { experiment: 'winter', models: 2, assets: 1, inCharge: 1, authors: ['Anna', 'Li Na'], newest: 5 },
  ])
})
