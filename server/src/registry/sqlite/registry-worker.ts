import { parentPort, workerData } from 'node:worker_threads'
import { MillwrightError, type ErrorCode } from '../../kernel/error.ts'
import type { RegistryChange } from '../registry.ts'
import { registryError } from './database-error.ts'
import type { DatabaseOptions } from './open-database.ts'
import { RegistryDatabase } from './registry-database.ts'

/** What the thread is asked; one at a time. */
export type RegistryRequest =
  | { readonly op: 'open' }
  | { readonly op: 'highestIds' }
  | { readonly op: 'documents'; readonly kind: string }
  | { readonly op: 'pages'; readonly what: 'assets' | 'signals'; readonly after: number }
  | { readonly op: 'write'; readonly changes: readonly RegistryChange[]; readonly isLast: boolean }
  | { readonly op: 'verify' }
  | { readonly op: 'backup'; readonly file: string }
  | { readonly op: 'standby'; readonly ifMissing: boolean }
  | { readonly op: 'close' }

/** What the thread answers. */
export type RegistryAnswer =
  | { readonly status: 'done'; readonly result: unknown }
  | { readonly status: 'failed'; readonly code: ErrorCode; readonly message: string; readonly detail: Readonly<Record<string, unknown>> }

const options = workerData as DatabaseOptions
let database: RegistryDatabase | undefined

function open(): RegistryDatabase {
  if (database === undefined) throw new Error('BUG: the registry is asked before it is opened')
  return database
}

async function answer(request: RegistryRequest): Promise<unknown> {
  switch (request.op) {
    case 'open': {
      const { registry, report } = await RegistryDatabase.open(options)
      database = registry
      return { ...report, highest: registry.highestIds() }
    }
    case 'highestIds':
      return open().highestIds()
    case 'documents':
      return open().documents(request.kind)
    case 'pages':
      return open().pages(request.what, request.after)
    case 'write':
      return open().write(request.changes, request.isLast)
    case 'verify':
      return open().verify()
    case 'backup':
      return void (await open().backup(request.file))
    case 'standby':
      if (!request.ifMissing || !open().hasStandby) await open().renewStandby()
      return open().sizeBytes
    case 'close':
      database?.close()
      database = undefined
  }
}

parentPort?.on('message', (request: RegistryRequest) => {
  const isClosing = request.op === 'close'
  answer(request).then(
    (result) => parentPort?.postMessage({ status: 'done', result } satisfies RegistryAnswer),
    (thrown: unknown) => parentPort?.postMessage(failure(thrown, request.op === 'backup' ? request.file : options.file)),
  ).finally(() => isClosing && parentPort?.close())
})

function failure(thrown: unknown, file: string): RegistryAnswer {
  if (thrown instanceof Error && thrown.message.startsWith('BUG:')) throw thrown
  const { code, message, detail } = thrown instanceof MillwrightError ? thrown : registryError(thrown, file)
  return { status: 'failed', code, message, detail: JSON.parse(JSON.stringify(detail)) }
}
