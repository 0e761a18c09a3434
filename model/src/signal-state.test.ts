import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Status } from './quality.ts'
import { SIGNAL_STATES, signalState, signalStateIndex } from './signal-state.ts'

test('quality comes before the range, the range before doubt, doubt before silence of the machine', () => {
  const range = { low: 0, high: 10 }
  assert.equal(signalState({ severity: 'bad', value: 20, ...range, isQuiet: true }), 'bad')
  assert.equal(signalState({ severity: 'uncertain', value: 20, ...range, isQuiet: true }), 'outside')
  assert.equal(signalState({ severity: 'uncertain', value: 5, ...range, isQuiet: true }), 'uncertain')
  assert.equal(signalState({ severity: 'good', value: 5, ...range, isQuiet: true }), 'stale')
  assert.equal(signalState({ severity: 'good', value: 10, ...range, isQuiet: false }), 'normal')
  assert.equal(signalState({ severity: 'good', value: 'running', ...range, isQuiet: false }), 'normal')
})

test('the rule for columns agrees with the rule for one sample', () => {
  const limit = fc.option(fc.integer({ min: -10, max: 10 }), { nil: undefined })
  const severities = [['good', Status.good], ['uncertain', Status.uncertainLastUsable], ['bad', Status.badNoCommunication]] as const
  fc.assert(
    fc.property(fc.constantFrom(...severities), fc.integer({ min: -12, max: 12 }), limit, limit, fc.boolean(), ([severity, status], value, low, high, isQuiet) => {
      const index = signalStateIndex(status, value, low ?? Number.NaN, high ?? Number.NaN, isQuiet)
      assert.equal(SIGNAL_STATES[index], signalState({ severity, value, low, high, isQuiet }))
    }),
  )
})
