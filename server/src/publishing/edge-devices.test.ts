import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { idProblem } from '@millwright/model/sparkplug/topic.ts'
import { nameProblem } from '@millwright/model/path.ts'
import { openTestPlant } from '../plant/test-plant.ts'
import { deviceId, edgeDevices } from './edge-devices.ts'

const name = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', '.', '~', '%', '中', ' ', '-') }).filter((text) => nameProblem(text) === undefined)
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))

test('each asset has an id of its own, which Sparkplug takes', () => {
  fc.assert(
    fc.property(path, path, (one, other) => {
      assert.equal(idProblem(deviceId(one)), undefined)
      if (one !== other) assert.notEqual(deviceId(one), deviceId(other))
    }),
  )
  assert.equal(deviceId('acme/line.1/pump'), 'acme.line~.1.pump')
})

test('the devices are the chosen assets with signals of their own, without waveforms, and not more signals than there may be', async () => {
  const { model, registry } = await openTestPlant()
  try {
    const signal = (at: string, kind: 'number' | 'waveform' = 'number') => ({ op: 'createSignal', path: at, fields: { kind } }) as const
    await model.edit([
      { op: 'createAsset', path: 'acme/line/pump/bearing', fields: {} },
      { op: 'createAsset', path: 'acme/office', fields: {} },
      { op: 'createAsset', path: 'other', fields: {} },
      signal('acme/line/pump/speed'), signal('acme/line/pump/power'), signal('acme/line/pump/bearing/vibration', 'waveform'), signal('acme/line/pump/bearing/temperature'), signal('acme/office/light'), signal('other/x'),
    ])
    const chosen = edgeDevices(model, { paths: ['acme', 'acme/line'], leaveOut: ['acme/office'], maxMetrics: 100 })
    assert.deepEqual(chosen.devices.map(({ device, signals }) => [device, signals.map((one) => one.name)]), [['acme.line.pump', ['power', 'speed']], ['acme.line.pump.bearing', ['temperature']]])
    assert.deepEqual([chosen.metrics, chosen.waveforms, chosen.beyondLimit], [3, 1, 0])
    const few = edgeDevices(model, { paths: ['acme'], leaveOut: [], maxMetrics: 2 })
    assert.deepEqual([few.metrics, few.waveforms, few.beyondLimit], [2, 1, 2])
  } finally {
    await registry.close()
  }
})
