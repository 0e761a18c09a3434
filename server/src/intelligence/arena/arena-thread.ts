import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../kernel/error.ts'
import type { ArenaTable } from './arena-table.ts'
import { runArena } from './arena.ts'

/** What the thread is told. */
export interface ArenaTask {
  readonly contest: string
  readonly folder: string
}

/** What it answers, once. */
export type ArenaAnswer = { readonly table: ArenaTable } | { readonly reason: string }

const { contest, folder } = workerData as ArenaTask
try {
  for (const table of runArena([contest], folder)) parentPort?.postMessage({ table } satisfies ArenaAnswer)
} catch (thrown) {
  parentPort?.postMessage({ reason: messageOf(thrown) } satisfies ArenaAnswer)
}
