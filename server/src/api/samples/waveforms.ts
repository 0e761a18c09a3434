import { usToMs } from '@millwright/model/time.ts'
import type { WireWaveforms } from '@millwright/model/wire/samples.ts'
import type { ApiHistory } from '../api-parts.ts'
import type { PlacedSignal } from '../plant-names.ts'
import { writeCursor } from './cursor.ts'
import { wireQuality } from './sample-json.ts'
import type { SampleRequest } from './sample-request.ts'

/** Reads a page of whole waveforms: at most `limit.waveforms`, and no more than `limit.points` numbers unless a single one has more. */
export async function readWaveforms(
  history: ApiHistory,
  placed: PlacedSignal,
  request: SampleRequest,
  limit: { readonly waveforms: number; readonly points: number },
): Promise<WireWaveforms> {
  const { fromUs, toUs, shape, quality } = request
  const order = shape.kind === 'raw' ? shape.order : 'ascending'
  const page = await history.readWaveforms({ series: placed.signal.series, fromUs, toUs }, { limit: limit.waveforms, points: limit.points, order }, request.signal)
  const { nextUs } = page
  return {
    signal: placed.path,
    times: Array.from(page.timesUs, usToMs),
    rateHz: Array.from(page.rateHz),
    values: page.values.map((block) => Array.from<number, number | null>(block, (value) => (Number.isFinite(value) ? value : null))),
    qualities: Array.from(page.status, (status) => wireQuality(status, quality)),
    next: nextUs === undefined ? null : order === 'ascending' ? writeCursor(nextUs, toUs) : writeCursor(fromUs, nextUs),
  }
}
