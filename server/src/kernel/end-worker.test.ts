import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { endWorker } from './end-worker.ts'

const start = (code: string) => new Worker(`const { parentPort } = require('node:worker_threads'); ${code}`, { eval: true })

test('a worker that is asked ends by itself', async () => {
  const worker = start("parentPort.once('message', () => process.exit(3))")
  let code = -1
  worker.once('exit', (told) => (code = told))
  await endWorker(worker, () => worker.postMessage('stop'), 60_000)
  assert.equal(code, 3)
})

test('a worker that does not listen is ended', async () => {
  const worker = start("parentPort.on('message', () => {})")
  await endWorker(worker, () => worker.postMessage('stop'), 50)
  assert.equal(worker.threadId, -1)
})
