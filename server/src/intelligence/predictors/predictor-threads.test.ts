import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PredictorThreads } from './predictor-threads.ts'

/** A thread that does what its task says. */
const script = new URL(`data:text/javascript,${encodeURIComponent(`
import { parentPort, workerData } from 'node:worker_threads'
if (workerData === 'answer') { parentPort.postMessage({ type: 'progress', part: 0.5 }); parentPort.postMessage({ type: 'done', result: 42 }) }
if (workerData === 'refuse') parentPort.postMessage({ type: 'failed', code: 'BAD_REQUEST', message: 'too few rows' })
if (workerData === 'die') process.exit(3)
if (workerData === 'throw') throw new Error('broken')
if (workerData === 'eat') { const all = []; for (;;) all.push(new Array(10000).fill(0).map(() => ({}))) }
if (workerData === 'hang') setInterval(() => {}, 1000)
`)}`)
type Task = 'answer' | 'refuse' | 'die' | 'throw' | 'eat' | 'hang'
const threads = (more: Partial<{ atOnce: number; maxWaiting: number; timeoutMs: number }> = {}) => new PredictorThreads<Task, number>({ script, atOnce: 1, maxWaiting: 4, timeoutMs: 120_000, maxMegabytes: 32, ...more })

test('a thread that answers, refuses, dies, throws, or eats its memory: each is told, and the next task runs', async () => {
  const pool = threads()
  const parts: number[] = []
  assert.equal(await pool.run('answer', { onProgress: (part) => parts.push(part) }), 42)
  assert.deepEqual(parts, [0.5])
  await assert.rejects(pool.run('refuse'), { code: 'BAD_REQUEST', message: 'too few rows' })
  await assert.rejects(pool.run('die'), { code: 'INTERNAL', message: /ended \(code 3\) without an answer/ })
  await assert.rejects(pool.run('throw'), { code: 'INTERNAL', message: /died: broken/ })
  await assert.rejects(pool.run('eat'), { code: 'INTERNAL', message: /memory/ })
  assert.equal(await pool.run('answer'), 42)
})

test('a task that takes too long is given up, one that is cancelled ends, and a full line refuses', async () => {
  await assert.rejects(threads({ timeoutMs: 50 }).run('hang'), { code: 'REQUEST_TIMEOUT' })
  const pool = threads({ maxWaiting: 1 })
  const cancel = new AbortController()
  const hanging = pool.run('hang', { signal: cancel.signal })
  const waiting = pool.run('answer')
  await assert.rejects(pool.run('answer'), { code: 'OVERLOADED' })
  cancel.abort()
  await assert.rejects(hanging, { code: 'STOPPING' })
  assert.equal(await waiting, 42)
  pool.close()
  await assert.rejects(pool.run('answer'), { code: 'STOPPING' })
})
