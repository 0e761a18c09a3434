import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { MAX_REGIMES, Regimes } from './regimes.ts'

const MINUTE = 60_000_000
const at = (frame: number) => (frame + 1) * MINUTE

test('a setpoint tells regimes apart, a measurement and a counter do not', () => {
  const regimes = new Regimes(0, 3)
  const seen = new Set<number>()
  for (let frame = 0; frame < 4_000; frame++) {
    const setpoint = Math.floor(frame / 700) % 2 === 0 ? 55 : 20
    seen.add(regimes.frame(at(frame), Float64Array.of(setpoint, Math.sin(frame) * 10, Math.floor(frame / 900))))
    regimes.takeMerge()
  }
  assert.deepEqual(regimes.describe().setpoints, [0])
  assert.equal(regimes.describe().regimes.length, 2)
})

test('names of crews and products do not crowd out the states: the widest signal goes first, and what was learned is merged', () => {
  const regimes = new Regimes(3)
  const current: number[] = []
  let merges = 0
  for (let frame = 0; frame < 6_000; frame++) {
    regimes.add(0, at(frame) - 1, frame % 400 < 380 ? 'execute' : 'held')
    regimes.add(1, at(frame) - 1, `crew ${Math.floor(frame / 480) % 4}`)
    regimes.add(2, at(frame) - 1, `product ${Math.floor(frame / 900) % 5}`)
    current.push(regimes.frame(at(frame)))
    const merge = regimes.takeMerge()
    if (merge !== undefined) {
      merges++
      assert.ok(merge.every((to) => to >= 0 && to < MAX_REGIMES))
    }
  }
  assert.ok(current.every((regime) => regime >= 0), 'every frame has a regime')
  assert.ok(merges >= 1)
  assert.deepEqual(regimes.describe().used, [0])
  assert.deepEqual(regimes.describe().regimes.toSorted(), ['execute', 'held'])
  assert.equal(regimes.valueOf(1), 'crew 0', 'a dropped signal is still known')
})

test('the regimes read back exactly, those with a setpoint that was never heard of too', () => {
  const one = new Regimes(1, 2)
  for (let frame = 0; frame < 100; frame++) one.frame(at(frame), Float64Array.of(Number.NaN, 5))
  const writer = new StateWriter('test', 1)
  one.save(writer)
  const two = new Regimes(1, 2)
  two.restore(new StateReader(writer.finish(), 'test', 1))
  for (let frame = 100; frame < 300; frame++) {
    const values = Float64Array.of(frame < 200 ? Number.NaN : 7, frame < 250 ? 5 : 6)
    assert.equal(two.frame(at(frame), values), one.frame(at(frame), values))
  }
  assert.deepEqual(two.describe(), one.describe())
})
