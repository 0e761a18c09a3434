import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireOnnxContract, WireOnnxTensor } from '@millwright/model/wire/onnx.ts'
import { planCalls } from './call-plan.ts'
import { feedsOf, meaningOf } from './window-codec.ts'

type Contract = WireOnnxContract
const contract = (more: Partial<Contract> = {}): Contract => ({
  name: 'test', purpose: 'a test', inputs: [{ signal: 'a' }, { signal: 'b' }], layout: 'flat', rows: 3, stepSeconds: 10, everyRows: 1, fill: { rule: 'hold', seconds: 60 }, output: { means: 'value', signal: 'out' }, ...more,
})
const tensor = (name: string, shape: (number | string)[], type = 'float32'): WireOnnxTensor => ({ name, type, shape })
const ONE = [tensor('y', ['?', 1])]
const reasons = (made: ReturnType<typeof planCalls>) => ('refusals' in made ? made.refusals.map(({ where, what, right }) => `${where}: ${what} → ${right}`) : [])
const plan = (made: ReturnType<typeof planCalls>) => {
  assert.ok('plan' in made, reasons(made).join('; '))
  return made.plan
}
const WINDOW = Float64Array.of(1, 10, 2, 20, 3, 30)

test('each layout puts rows and signals where the tensor wants them, scaled', () => {
  const cases: readonly (readonly [Partial<Contract>, WireOnnxTensor[], number[][]])[] = [
    [{ layout: 'flat' }, [tensor('x', ['N', 6])], [[1, 10, 2, 20, 3, 30]]],
    [{ layout: 'rows_signals' }, [tensor('x', [1, 'rows', 2])], [[1, 10, 2, 20, 3, 30]]],
    [{ layout: 'signals_rows' }, [tensor('x', ['?', 2, 3], 'float64')], [[1, 2, 3, 10, 20, 30]]],
    [{ layout: 'columns', inputs: [{ signal: 'a', tensor: 'left' }, { signal: 'b', tensor: 'right' }] }, [tensor('right', [1, 3]), tensor('left', ['?', 3])], [[1, 2, 3], [10, 20, 30]]],
    [{ inputs: [{ signal: 'a', scaling: { mean: 2, std: 0.5 } }, { signal: 'b', scaling: { min: 10, max: 20 } }] }, [tensor('x', [1, 6])], [[-2, 0, 0, 1, 2, 2]]],
  ]
  for (const [more, inputs, expected] of cases) {
    const made = contract(more)
    const feeds = feedsOf(made, plan(planCalls(made, { inputs, outputs: ONE })), WINDOW, 1)
    assert.deepEqual(feeds.map(({ data }) => [...data]), expected, JSON.stringify(more))
  }
})

test('several windows become as many calls in one order', () => {
  const made = contract({ layout: 'signals_rows' })
  const [feed] = feedsOf(made, plan(planCalls(made, { inputs: [tensor('x', [1, 2, 3])], outputs: ONE })), Float64Array.of(...WINDOW, ...WINDOW.map((value) => -value)), 2)
  assert.deepEqual([...(feed?.data ?? [])], [1, 2, 3, 10, 20, 30, -1, -2, -3, -10, -20, -30])
})

test('what does not fit is refused with what was wrong, where, and what would be right', () => {
  const cases: readonly (readonly [Partial<Contract>, WireOnnxTensor[], WireOnnxTensor[], RegExp])[] = [
    [{}, [tensor('x', ['?', 5])], ONE, /^layout: the file's input "x" is \[\?, 5\], and the contract makes \[1, 6\] → another layout/],
    [{}, [tensor('x', [32, 6])], ONE, /first dimension is 1 or free/],
    [{}, [tensor('x', ['?', 6], 'int64')], ONE, /takes int64 → float32 or float64/],
    [{}, [tensor('x', [1, 3]), tensor('z', [1, 3])], ONE, /^tensor: the file takes 2 inputs/],
    [{ tensor: 'q' }, [tensor('x', [1, 6])], ONE, /^tensor: the file has no input "q" → "x"/],
    [{ layout: 'columns', inputs: [{ signal: 'a', tensor: 'x' }] }, [tensor('x', [1, 3]), tensor('z', [1, 3])], ONE, /nothing is said of the file's inputs "z"/],
    [{}, [tensor('x', ['?', 6])], [tensor('label', ['?'], 'int64')], /^output: no output of the file fits the meaning "value": "label" is int64 → an output of one float32/],
    [{ output: { means: 'class', signal: 'o' } }, [tensor('x', ['?', 6])], [tensor('p', ['?', 3])], /has no "labels"/],
    [{ output: { means: 'class', signal: 'o', labels: ['u', 'v'] } }, [tensor('x', ['?', 6])], [tensor('p', ['?', 3])], /3 probabilities for 2 labels/],
    [{ output: { means: 'forecast', signal: 'o' } }, [tensor('x', ['?', 6])], [tensor('y', ['?', 4])], /^output.steps: /],
    [{ output: { means: 'value', signal: 'a' } }, [tensor('x', ['?', 6])], ONE, /^output.signal: "a" is an input too/],
    [{ output: { means: 'value', signal: 'o', tensor: 'w' } }, [tensor('x', ['?', 6])], ONE, /^output.tensor: the file has no output "w" → "y"/],
    [{ inputs: [{ signal: 'a' }, { signal: 'a' }] }, [tensor('x', ['?', 6])], ONE, /^inputs\[1\].signal: "a" stands twice/],
    [{ inputs: [{ signal: 'a', scaling: { min: 2, max: 1 } }, { signal: 'b', quantiles: [1, 2, 3, 2, 5] }], fill: { rule: 'value', seconds: 0 } }, [tensor('x', ['?', 6])], ONE, /inputs\[0\].scaling.*inputs\[1\].quantiles.*fill.value/s],
    [{ rows: 4_096, inputs: Array.from({ length: 100 }, (_, at) => ({ signal: `s${at}` })) }, [tensor('x', ['?', 409_600])], ONE, /^rows: .* at most 262144/],
  ]
  for (const [more, inputs, outputs, expected] of cases) assert.match(reasons(planCalls(contract(more), { inputs, outputs })).join('\n'), expected)
})

test('outputs are taken for what they mean', () => {
  const said = (output: Contract['output'], fetched: Float64Array | string[]) => meaningOf(contract({ output }), fetched)
  assert.equal(said({ means: 'value', signal: 'o', scaling: { mean: 10, std: 2 } }, Float64Array.of(1.5)).value, 13)
  assert.deepEqual([said({ means: 'value', signal: 'o', range: [0, 5] }, Float64Array.of(6)).isInRange], [false])
  assert.equal(said({ means: 'anomaly_score', signal: 'o', higherIs: 'usual' }, Float64Array.of(-7)).value, 7)
  assert.equal(said({ means: 'class', signal: 'o' }, ['hot']).label, 'hot')
  assert.equal(said({ means: 'class', signal: 'o', labels: ['cool', 'warm', 'hot'] }, Float64Array.of(0.2, 0.1, 0.7)).label, 'hot')
  assert.equal(said({ means: 'class', signal: 'o', labels: ['cool', 'warm'] }, Float64Array.of(1)).label, 'warm')
  const ahead = said({ means: 'forecast', signal: 'o', steps: 3, scaling: { min: 0, max: 10 } }, Float64Array.of(0.1, 0.2, 0.3))
  assert.deepEqual([ahead.value, [...(ahead.steps ?? [])]], [3, [1, 2, 3]])
  assert.throws(() => said({ means: 'value', signal: 'o' }, Float64Array.of(Number.NaN)), /the output is NaN/)
  assert.throws(() => said({ means: 'value', signal: 'o' }, Float64Array.of(1, 2)), /has 2 numbers/)
  assert.throws(() => said({ means: 'class', signal: 'o', labels: ['cool', 'warm'] }, Float64Array.of(7)), /is class 7/)
  assert.throws(() => said({ means: 'forecast', signal: 'o', steps: 2 }, Float64Array.of(1)), /2 steps/)
})
