import { createReadStream, type ReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { RouteParts } from '../api-parts.ts'
import { withDeadline } from '../gate.ts'
import type { PlacedSignal } from '../plant-names.ts'
import { RequestProblem } from '../problem.ts'
import type { SampleRequest } from './sample-request.ts'

/** Samples of many signals as one Parquet file: written to a temporary file, which goes away when the answer has been sent or given up. */
export async function openParquet(parts: RouteParts, signals: readonly PlacedSignal[], request: SampleRequest): Promise<ReadStream> {
  if (request.shape.kind !== 'raw') throw new RequestProblem('QUERY_INVALID', 'Parquet holds samples as they are; leave out "points" and "every", or ask for CSV')
  if (request.limit !== undefined) throw new RequestProblem('QUERY_INVALID', 'Parquet has no pages; leave out "limit" and choose "from" and "to"')
  const { fromUs, toUs } = request
  const ranges = signals.map(({ signal: { series, kind } }) => ({ series, kind, fromUs, toUs }))
  const file = join(parts.temporaryFolder, `export-${randomUUID()}.parquet`)
  const written = parts.history.exportParquet(ranges, file)
  try {
    await withDeadline(written, parts.settings.exportTimeoutMs)
  } catch (error) {
    // The export may still be at work; what it leaves behind goes when it ends.
    const remove = () => void rm(file, { force: true })
    written.then(remove, remove)
    throw error
  }
  const stream = createReadStream(file, { highWaterMark: 256 * 1024 })
  stream.once('close', () => void rm(file, { force: true }))
  return stream
}
