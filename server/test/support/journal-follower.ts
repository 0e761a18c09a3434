import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { openSegmentReader } from '../../src/journal/segments/segment-reader.ts'
import type { SharedJournal } from '../../src/journal/segments/shared-head.ts'

/** A thread that reads a journal along until it has seen so many samples, and reports their sum. */
const { shared, samples } = workerData as { shared: SharedJournal; samples: number }
assert(parentPort !== null, 'BUG: the follower runs as a worker')

const reader = openSegmentReader(shared)
const never = new AbortController().signal
let at = 0
let seen = 0
let sum = 0
let skipped = 0
while (seen < samples) {
  await reader.waitBeyond(at, never)
  const answer = await reader.read(at, 256 * 1024)
  for (const { entry } of answer.records) {
    if (entry.kind !== 'samples') continue
    const { numbers } = entry.batch
    for (let i = 0; i < numbers.length; i++) sum += numbers.values[i] as number
    seen += numbers.length
  }
  skipped += answer.skipped
  at = answer.next
}
await reader.close()
parentPort.postMessage({ seen, sum, skipped, at })
