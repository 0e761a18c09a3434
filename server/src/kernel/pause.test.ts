import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { pause } from './pause.ts'

test('a pause ends when told to stop, is none afterwards, and leaves no listener behind', async () => {
  const stop = new AbortController()
  for (let i = 0; i < 20; i++) await pause(0, stop.signal)
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
  const long = pause(3_600_000, stop.signal)
  stop.abort()
  await long
  await pause(3_600_000, stop.signal)
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
})
