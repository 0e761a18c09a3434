import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gate } from './gate.ts'

const options = { what: 'queries', maxRunning: 2, maxWaiting: 2, maxWaitMs: 10_000 }

test('only so many run at once, the next wait in order, and more are refused', async () => {
  const gate = new Gate(options)
  const leaves = [await gate.enter(), await gate.enter()]
  const order: number[] = []
  const third = gate.enter().then((leave) => (order.push(3), leave))
  const fourth = gate.enter().then((leave) => (order.push(4), leave))
  await assert.rejects(gate.enter(), { code: 'OVERLOADED' })
  assert.deepEqual([gate.running, gate.waiting, gate.refused], [2, 2, 1])
  for (const leave of leaves) leave()
  const later = [await third, await fourth]
  assert.deepEqual(order, [3, 4])
  for (const leave of later) {
    leave()
    leave()
  }
  assert.deepEqual([gate.running, gate.waiting], [0, 0])
})

test('who waits too long is refused', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const gate = new Gate({ ...options, maxRunning: 1 })
  const leave = await gate.enter()
  const waiting = gate.enter()
  t.mock.timers.tick(10_000)
  await assert.rejects(waiting, { code: 'OVERLOADED' })
  leave()
  assert.deepEqual([gate.running, gate.waiting], [0, 0])
})

test('work beyond its time is answered as too expensive, and keeps its turn until it really ends', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const gate = new Gate(options)
  const work = Promise.withResolvers<string>()
  let late: AbortSignal | undefined
  const answer = gate.run(100, (signal) => {
    late = signal
    return work.promise
  })
  await Promise.resolve()
  await Promise.resolve()
  t.mock.timers.tick(100)
  await assert.rejects(answer, { code: 'QUERY_TOO_EXPENSIVE' })
  assert.equal(late?.aborted, true, 'the work is not told that nobody waits for it')
  assert.equal(gate.running, 1)
  work.resolve('late')
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(gate.running, 0)
})
