import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { EdgeSession } from '@millwright/model/sparkplug/edge-session.ts'
import { typedValue } from '@millwright/model/sparkplug/typed-value.ts'
import { parseIsoTime, US_PER_SECOND } from '@millwright/model/time.ts'
import { Plant } from '../plant/plant.ts'
import { deviceId, SparkplugDevices } from './sparkplug-devices.ts'

const START_US = parseIsoTime('2026-03-10T01:00:00Z') ?? 0

test('Sparkplug messages carry exactly the samples of the batch under names that births declared, with units and ranges', () => {
  const plant = new Plant({ seed: 1, startUs: START_US })
  const devices = new SparkplugDevices(plant.signals)
  const session = new EdgeSession({ group: 'huayu', node: 'g' })
  session.connect(0)
  session.nodeBirth([], 0)
  const names = new Map<unknown, { readonly path: string; readonly datatype: number }>()
  for (const { device, metrics } of devices.births()) {
    for (const { name, alias, datatype, properties } of decodePayload(session.deviceBirth(device, metrics, 0).payload).metrics) {
      names.set(alias, { path: `${device}/${name}`, datatype: datatype ?? 0 })
      const signal = plant.signals.find((one) => one.name === name && deviceId(one.asset) === device)
      assert.equal(properties?.get('engUnit')?.value?.value, signal?.unit)
    }
  }
  assert.equal(names.size, plant.signals.length)
  const bySeries = new Map(plant.signals.map((signal) => [signal.series, signal]))
  const sent: string[] = []
  const expected: string[] = []
  plant.step(START_US + 60 * US_PER_SECOND, {
    write: (_gateway, batch) => {
      for (const { device, changes } of devices.changes(batch, 500)) {
        assert.ok(changes.length <= 500)
        for (const { alias, timestampMs, value, isNull } of decodePayload(session.data(device, changes, 0).payload).metrics) {
          const known = names.get(alias)
          sent.push(`${known?.path}@${timestampMs}=${isNull === true || value === undefined ? null : typedValue(known?.datatype ?? 0, value)}`)
        }
      }
      for (const columns of [batch.numbers, batch.texts]) {
        for (let at = 0; at < columns.length; at++) {
          const signal = bySeries.get(columns.series[at] ?? 0)
          const value = columns.values[at]
          const shown = typeof value === 'number' && Number.isNaN(value) ? null : signal?.kind === 'boolean' ? value === 1 : value
          expected.push(`${deviceId(signal?.asset ?? '')}/${signal?.name}@${Math.round((columns.timesUs[at] ?? 0) / 1000)}=${shown}`)
        }
      }
    },
  })
  assert.ok(expected.length > 10_000)
  assert.deepEqual(sent.sort(), expected.sort())
})
