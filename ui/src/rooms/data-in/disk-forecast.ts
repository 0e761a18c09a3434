/** What a forecast of the disk stands on. */
export interface DiskInput {
  readonly freeBytes: number
  readonly samplesPerSecond: number
  readonly keptRows: number
  readonly keptBytes: number
}

export type DiskForecast =
  | { readonly kind: 'idle' }
  | { readonly kind: 'full'; readonly inMs: number; readonly bytesPerSample: number }
  | { readonly kind: 'far'; readonly bytesPerSample: number }

const YEAR_MS = 365.25 * 86_400_000
const FAR_MS = 10 * YEAR_MS
/** Until there is history enough to measure, what long-kept sensor data takes. */
const USUAL_BYTES_PER_SAMPLE = 2.5
const ENOUGH_ROWS = 1_000_000

/** When the disk is full if all goes on as now. Retention may end it earlier; it is not counted on. */
export function diskForecast({ freeBytes, samplesPerSecond, keptRows, keptBytes }: DiskInput): DiskForecast {
  if (samplesPerSecond <= 0) return { kind: 'idle' }
  const bytesPerSample = keptRows >= ENOUGH_ROWS ? keptBytes / keptRows : USUAL_BYTES_PER_SAMPLE
  const inMs = (freeBytes / (samplesPerSecond * bytesPerSample)) * 1_000
  return inMs > FAR_MS ? { kind: 'far', bytesPerSample } : { kind: 'full', inMs, bytesPerSample }
}
