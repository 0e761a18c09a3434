import { parentPort, workerData } from 'node:worker_threads'
import type { ErrorCode } from '../../kernel/error.ts'
import { registryError } from './database-error.ts'
import type { DatabaseOptions } from './open-database.ts'
import { RegistryService, type RegistryRequest } from './registry-service.ts'

/** What the thread answers. */
export type RegistryAnswer =
  | { readonly status: 'done'; readonly result: unknown }
  | { readonly status: 'failed'; readonly code: ErrorCode; readonly message: string; readonly detail: Readonly<Record<string, unknown>> }

const options = workerData as DatabaseOptions
const service = new RegistryService(options)

parentPort?.on('message', (request: RegistryRequest) => {
  service
    .answer(request)
    .then(
      (result) => parentPort?.postMessage({ status: 'done', result } satisfies RegistryAnswer),
      (thrown: unknown) => parentPort?.postMessage(failure(thrown, request.op === 'backup' ? request.file : options.file)),
    )
    .finally(() => request.op === 'close' && parentPort?.close())
})

function failure(thrown: unknown, file: string): RegistryAnswer {
  if (thrown instanceof Error && thrown.message.startsWith('BUG:')) throw thrown
  const { code, message, detail } = registryError(thrown, file)
  return { status: 'failed', code, message, detail: JSON.parse(JSON.stringify(detail)) }
}
