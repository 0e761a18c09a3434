import { renameSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../kernel/error.ts'
import { SessionDatabase } from './session-database.ts'
import type { StoreChange } from './session-store.ts'

/** What the thread answers. `state` is a serialized `KeptState`; `setAside` is where a damaged file was put, `spoilt` the topics of messages that were dropped. */
export type StoreAnswer =
  | { readonly op: 'loaded'; readonly state: Uint8Array; readonly setAside: string | undefined; readonly spoilt: readonly string[] }
  | { readonly op: 'applied' }
  | { readonly op: 'failed'; readonly message: string }

/** What the thread is asked. */
export type StoreRequest = { readonly op: 'load' } | { readonly op: 'apply'; readonly changes: Uint8Array } | { readonly op: 'close' }

const { file } = workerData as { readonly file: string }
let database: SessionDatabase | undefined

function opened(): SessionDatabase {
  database ??= new SessionDatabase(file)
  return database
}

/** A damaged file never keeps the broker from starting: it is set aside, for people to look at. */
function load(): StoreAnswer {
  try {
    const state = serialize(opened().load())
    return { op: 'loaded', state, setAside: undefined, spoilt: opened().spoilt }
  } catch (damage) {
    database?.close()
    database = undefined
    if (!isDamage(damage)) throw damage
    const setAside = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
    for (const suffix of ['', '-wal', '-shm']) {
      try {
        renameSync(file + suffix, setAside + suffix)
      } catch {
        // The side files of SQLite need not be there.
      }
    }
    return { op: 'loaded', state: serialize(opened().load()), setAside, spoilt: [] }
  }
}

// Primary result codes of SQLite that tell of the computer rather than of the file (https://sqlite.org/rescode.html):
// PERM, BUSY, LOCKED, NOMEM, IOERR, FULL, CANTOPEN.
const OF_THE_COMPUTER: ReadonlySet<number> = new Set([3, 5, 6, 7, 10, 13, 14])

/** Whether the contents are at fault: SQLite cannot read them, or what it reads makes no sense. */
function isDamage(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number') return true
  return !OF_THE_COMPUTER.has(thrown.errcode & 0xff)
}

parentPort?.on('message', (request: StoreRequest) => {
  try {
    switch (request.op) {
      case 'load':
        parentPort?.postMessage(load())
        return
      case 'apply':
        opened().apply(deserialize(request.changes) as readonly StoreChange[])
        parentPort?.postMessage({ op: 'applied' } satisfies StoreAnswer)
        return
      case 'close':
        database?.close()
        parentPort?.close()
    }
  } catch (thrown) {
    parentPort?.postMessage({ op: 'failed', message: messageOf(thrown) } satisfies StoreAnswer)
  }
})
