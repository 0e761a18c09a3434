import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diskForecast } from './disk-forecast.ts'

test('the forecast follows the rate and what samples really take', () => {
  assert.deepEqual(diskForecast({ freeBytes: 1e9, samplesPerSecond: 0, keptRows: 0, keptBytes: 0 }), { kind: 'idle' })
  assert.deepEqual(diskForecast({ freeBytes: 1e9, samplesPerSecond: 1_000, keptRows: 1e6, keptBytes: 4e6 }), { kind: 'full', inMs: 250_000_000, bytesPerSample: 4 })
  assert.equal(diskForecast({ freeBytes: 1e12, samplesPerSecond: 1, keptRows: 0, keptBytes: 0 }).kind, 'far')
})

test('a young history does not mislead: until a million samples are kept the usual size counts', () => {
  const forecast = diskForecast({ freeBytes: 2.5e9, samplesPerSecond: 1_000, keptRows: 10, keptBytes: 1e6 })
  assert.deepEqual(forecast, { kind: 'full', inMs: 1e9, bytesPerSample: 2.5 })
})
