import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { NOW_US, openTestApi } from '../test-api.ts'
import { LiveHub } from './live-hub.ts'

/** A socket that takes everything, but needs `writeMs` for each frame. */
function slowWriter(clock: { nowMs: number }, writeMs: number) {
  const writtenAtMs: number[] = []
  const socket = {
    write: () => {
      writtenAtMs.push(clock.nowMs)
      clock.nowMs += writeMs
      return true
    },
    once: () => undefined,
    end: () => undefined,
    destroy: () => undefined,
  }
  return { socket, writtenAtMs }
}

async function flushTimes(writeMs: number): Promise<number[]> {
  const api = await openTestApi()
  await api.write('a', 'x', [[10, 1]])
  const { model, live } = api.plant
  const placed = model.signal('a/x')
  assert.ok(placed)
  const time = { nowMs: 0 }
  const hub = new LiveHub({ model, live, clock: { nowUs: () => NOW_US, monotonicMs: () => time.nowMs }, intervalMs: 50, heartbeatMs: 1e6, frozenMs: 1e6, maxClients: 1, run: 'r' })
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  try {
    const { socket, writtenAtMs } = slowWriter(time, writeMs)
    hub.connect({ key: 'x', signals: () => [{ path: 'a/x', signal: placed }] }, socket, { lastEventId: undefined, isPacked: false })
    writtenAtMs.length = 0
    for (let ms = 0; ms < 2_000; ms += 10) {
      const batch = new BatchBuilder()
      batch.addNumber(placed.series, NOW_US + ms * 1_000, ms, 0)
      live.apply(batch.view(NOW_US))
      time.nowMs += 10
      mock.timers.tick(10)
    }
    return writtenAtMs
  } finally {
    hub.close()
    mock.timers.reset()
    await api.close()
  }
}

const distances = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0))

test('changes that never stop are sent in groups, as often as the interval says', async () => {
  const between = distances(await flushTimes(0))
  assert.ok(between.length > 20 && between.every((ms) => ms >= 50 && ms <= 60), between.join())
})

test('where sending takes long it becomes rarer, so that it takes at most a quarter of the time', async () => {
  const between = distances(await flushTimes(40))
  assert.ok(between.length > 5 && between.every((ms) => ms >= 160 && ms <= 210), between.join())
})
