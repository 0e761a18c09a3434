import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelStage } from '@millwright/model/wire/ai-model.ts'
import { inServiceAt } from './in-service-at.ts'

const model = (id: string, ...steps: [number, ModelStage][]) => ({ id, history: steps.map(([time, stage]) => ({ time, stage, by: 'Li' })) })
const one = model('one', [1, 'candidate'], [10, 'shadow'], [20, 'champion'], [50, 'retired'], [80, 'champion'])
const two = model('two', [30, 'candidate'], [40, 'shadow'], [50, 'champion'], [80, 'retired'])

test('a score is traced to the model that was in service when it was given, also before and after a roll back', () => {
  const at = (timeMs: number) => {
    const found = inServiceAt([two, one], timeMs)
    return found === undefined ? undefined : `${found.model.id} since ${found.sinceMs}`
  }
  assert.deepEqual([at(20), at(49), at(50), at(79), at(80), at(1e9)], ['one since 20', 'one since 20', 'two since 50', 'two since 50', 'one since 80', 'one since 80'])
  assert.equal(at(5), 'one since 20', 'by the clock of a machine that is behind')
  assert.equal(inServiceAt([model('gone', [1, 'champion'], [9, 'retired'])], 10), undefined)
  assert.equal(inServiceAt([model('never', [1, 'candidate'])], 10), undefined)
})
