import { ask } from '../../api/client.ts'
import type { TimeWindow } from '../time/time-window.ts'

/** Most samples that a browser is asked to hold as one file. */
export const MAX_EXPORT_SAMPLES = 5_000_000

const MEDIA = { csv: 'text/csv', parquet: 'application/vnd.apache.parquet' } as const

/** The body that asks the API for the samples of a window, as they are stored; the last ms belongs to it. */
export function exportBody(signals: readonly string[], { fromMs, toMs }: TimeWindow): { readonly signals: readonly string[]; readonly from: number; readonly to: number } {
  return { signals, from: Math.floor(fromMs), to: Math.ceil(toMs) }
}

/** The samples of signals as a file, exactly as the API answers it. */
export async function exportSamples(signals: readonly string[], window: TimeWindow, format: keyof typeof MEDIA): Promise<Blob> {
  const response = await ask('/api/v1/query', { method: 'POST', body: exportBody(signals, window), headers: { accept: MEDIA[format] } })
  return await response.blob()
}
