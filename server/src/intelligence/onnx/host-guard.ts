import { writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { MEMORY_WORD } from './host-messages.ts'

const LOOK_MS = 25

/** Ends the process when it takes more memory than it may, or too long for an order, or when nobody is left to answer: also while native code runs. */
// Our own process wrote it.
const { maxBytes, parent } = workerData as { readonly maxBytes: number; readonly parent: number }
/** When the order under way must be done: whoever gave it may be gone, and native code does not hear that. */
let deadlineMs = Number.POSITIVE_INFINITY
parentPort?.on('message', (untilMs: number) => {
  deadlineMs = untilMs
})
setInterval(() => {
  if (process.memoryUsage.rss() > maxBytes) {
    writeSync(2, MEMORY_WORD)
    process.kill(process.pid, 'SIGKILL')
  }
  if (process.ppid !== parent || Date.now() > deadlineMs) process.kill(process.pid, 'SIGKILL')
}, LOOK_MS)
