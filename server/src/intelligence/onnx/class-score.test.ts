import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClassScore } from './class-score.ts'

const S = 1_000_000
const contract = (target?: string) => ({ stepSeconds: 10, everyRows: 1, output: { means: 'class' as const, signal: 'mode', labels: ['fine', 'bearing', 'cavitation'], normal: 'fine', ...(target !== undefined && { target }) } })
const at = (step: number) => step * 10 * S

test('against labels: causes that are classes are the truth, other faults and planned stops count for nothing, all else is normal; runs of other classes are alarms', () => {
  const score = new ClassScore(contract(), [
    { kind: 'fault', cause: 'bearing', fromUs: at(100), toUs: at(150) },
    { kind: 'fault', cause: 'unknown', fromUs: at(200), toUs: at(210) },
    { kind: 'planned', cause: undefined, fromUs: at(300), toUs: at(310) },
    { kind: 'normal', cause: undefined, fromUs: at(400), toUs: at(410) },
  ])
  for (let step = 1; step <= 1_000; step++) {
    score.said(at(step), step > 110 && step <= 150 ? 'bearing' : step === 500 ? 'cavitation' : 'fine')
    if (step % 100 === 0) score.settle()
  }
  const confusion = score.confusion()
  assert.deepEqual(confusion, { truth: 'labels', classes: ['fine', 'bearing', 'cavitation'], counts: [[929, 0, 1], [10, 40, 0], [0, 0, 0]], unknown: 20 })
  assert.deepEqual(score.alarms, { judgedFromUs: at(1), told: [{ detectedUs: at(111), endedUs: at(151) }, { detectedUs: at(500), endedUs: at(501) }] })
  const [accuracy, f1] = score.metrics()
  assert.ok(Math.abs((accuracy?.value ?? 0) - 969 / 980) < 1e-12 && Math.abs((accuracy?.baseline ?? 0) - 930 / 980) < 1e-12)
  assert.ok(Math.abs((f1?.value ?? 0) - (1_858 / 1_869 + 80 / 90) / 2) < 1e-3, String(f1?.value))
})

test('against a signal: what it said last before the end of a window is the truth, and names that it alone knows are classes too', () => {
  const score = new ClassScore(contract('operator_mode'), [])
  for (let step = 1; step <= 60; step++) {
    if (step === 1 || step === 31) score.measured(at(step) - 5 * S, step === 1 ? 'fine' : 'jam')
    score.said(at(step), 'fine')
    if (step % 7 === 0) score.settle()
  }
  score.measured(at(61), 'jam')
  score.settle()
  assert.deepEqual(score.confusion(), { truth: 'signal', classes: ['fine', 'bearing', 'cavitation', 'jam'], counts: [[30, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [30, 0, 0, 0]], unknown: 0 })
})

test('without a normal class there are no alarms, and of an unlabelled past nothing is compared', () => {
  const score = new ClassScore({ ...contract(), output: { means: 'class', signal: 'mode' } }, [])
  for (let step = 1; step <= 20; step++) score.said(at(step), step % 2 === 0 ? 'a' : 'b')
  score.settle()
  assert.deepEqual([score.alarms, score.confusion(), score.metrics()], [undefined, null, []])
})
