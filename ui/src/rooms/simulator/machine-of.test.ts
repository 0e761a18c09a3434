import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineOf, stands } from './machine-of.ts'

test('a fault of a part, a sensor or a machine leads to the machine; one of a connection to none', () => {
  assert.equal(machineOf('a/line/tunnel:zone2', 'heater_failure'), 'a/line/tunnel')
  assert.equal(machineOf('a/meter/voltage', 'sensor_drift'), 'a/meter')
  assert.equal(machineOf('a/pump1', 'bearing_wear'), 'a/pump1')
  assert.equal(machineOf('sz-line1', 'network_cut'), undefined)
})

test('a machine stands when it says so, and nothing is claimed where it says nothing', () => {
  assert.equal(stands(false, undefined), true)
  assert.equal(stands(true, 'idle'), false, 'running is the clearer word')
  assert.equal(stands(undefined, 'Execute'), false)
  assert.equal(stands(undefined, 'stopped'), true)
  for (const nothing of [undefined, null, '']) assert.equal(stands(undefined, nothing), undefined)
})
