import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WorkQueue } from './work-queue.ts'

test('work is done one after the other, and is known until it is done', async () => {
  const queue = new WorkQueue()
  const done: string[] = []
  for (const id of ['a', 'b']) {
    queue.add(id, async () => {
      await new Promise((resolve) => setImmediate(resolve))
      done.push(id)
    })
  }
  assert.deepEqual([queue.has('a'), queue.has('b'), done], [true, true, []])
  await queue.idle()
  assert.deepEqual([queue.has('a'), queue.has('b'), done], [false, false, ['a', 'b']])
})

test('work that waits or runs is cancelled by its id, and the next goes on; a stop cancels all', async () => {
  const queue = new WorkQueue()
  const ends: boolean[] = []
  const work = (signal: AbortSignal) => new Promise<void>((resolve) => setImmediate(() => resolve(void ends.push(signal.aborted))))
  queue.add('a', work)
  queue.add('b', work)
  assert.deepEqual([queue.cancel('a'), queue.cancel('none')], [true, false])
  await queue.idle()
  queue.add('c', work)
  await queue.stop()
  assert.deepEqual(ends, [true, false, true])
})

test('more than can wait is refused', () => {
  const queue = new WorkQueue()
  assert.throws(() => {
    for (let id = 0; id < 1_000; id++) queue.add(String(id), () => Promise.resolve())
  }, { code: 'OVERLOADED' })
})
