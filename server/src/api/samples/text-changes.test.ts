import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { Status } from '@millwright/model/quality.ts'
import type { WireSamples } from '@millwright/model/wire/samples.ts'
import { NOW_US, openTestApi, type TestApi } from '../test-api.ts'
import { readTextChanges } from './text-changes.ts'

let api: TestApi
before(async () => {
  api = await openTestApi()
  await api.write('line', 'recipe', [[50, 'A'], [40, 'A'], [30, 'B'], [20, 'B', Status.uncertain], [10, 'B', Status.uncertain], [5, null], [4, 'A'], [3, 'A'], [2, 'A']])
})
after(() => api.close())

test('for a plot, a text signal gives its changes and its last sample', async () => {
  const { times, values, qualities, next } = (await api.app.inject('/api/v1/signals/line/recipe/samples?points=100')).json<WireSamples>()
  assert.deepEqual(values, ['A', 'B', 'B', null, 'A', 'A'])
  assert.deepEqual(times.map((timeMs) => (NOW_US / 1_000 - timeMs) / 1_000), [50, 30, 20, 5, 4, 2])
  assert.deepEqual(qualities.slice(0, 3), ['good', 'good', 'uncertain'])
  assert.equal(next, null)
})

test('where there are more changes than points, the rest comes with the cursor', async () => {
  const url = '/api/v1/signals/line/recipe/samples?points=4'
  const first = (await api.app.inject(url)).json<WireSamples>()
  assert.deepEqual(first.values, ['A', 'B', 'B'])
  const second = (await api.app.inject(`${url}&cursor=${first.next}`)).json<WireSamples>()
  assert.deepEqual([second.values, second.next], [[null, 'A', 'A'], null])
})

test('the changes, each held until the next, say what all samples say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('A', 'B', null), { minLength: 1, maxLength: 60 }), async (texts) => {
      const all = { timesUs: Float64Array.from(texts, (_, i) => i), values: texts, status: new Uint32Array(texts.length) }
      const { block } = await readTextChanges({ readSamples: async () => ({ block: all, nextUs: undefined }) }, { series: 1, kind: 'text', fromUs: 0, toUs: 100 }, 100)
      const held = texts.map((_, i) => block.values[block.timesUs.findLastIndex((timeUs) => timeUs <= i)])
      assert.deepEqual(held, texts)
      assert.equal(block.timesUs.at(-1), texts.length - 1)
    }),
  )
})
