import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Block, WaveformOptions, WaveformPage } from '../historian.ts'
import { standing } from './later-wins.ts'
import type { ResultColumns } from './result-columns.ts'
import type { SeriesReader } from './series-reader.ts'

interface WaveformRange {
  readonly series: SeriesId
  readonly fromUs: number
  readonly toUs: number
}

interface Waveform {
  readonly timeUs: number
  readonly rateHz: number
  readonly values: Float32Array
  readonly status: number
}

/** Reads a page of waveforms: first how long they are, then as many as were asked for. The caller holds a lease. */
export async function readWaveformPage(reader: SeriesReader, range: WaveformRange, options: WaveformOptions): Promise<WaveformPage> {
  const { block, nextUs } = await reader.page({ ...range, kind: 'waveform' }, options)
  const count = fitting(block, options.points)
  const { timesUs } = block
  if (count === 0) return { ...columnsOf([]), nextUs: undefined }
  const lastUs = timesUs[count - 1] as number
  const isAscending = options.order === 'ascending'
  const [fromUs, toUs] = isAscending ? [timesUs[0] as number, lastUs + 1] : [lastUs, (timesUs[0] as number) + 1]
  const found = laterWins(await reader.rows({ series: range.series, kind: 'waveform', fromUs, toUs }, 'epoch_us(time)::DOUBLE, rate_hz, value, status'))
  const rest = count === timesUs.length ? nextUs : isAscending ? lastUs + 1 : lastUs
  return { ...columnsOf(isAscending ? found : found.reverse()), nextUs: rest }
}

/** How many waveforms have at most `points` points together; one in any case. */
function fitting({ timesUs, values }: Block, points: number): number {
  let sum = 0
  for (let index = 0; index < timesUs.length; index++) {
    sum += values[index] as number
    if (sum > points && index > 0) return index
  }
  return timesUs.length
}

function laterWins(parts: readonly ResultColumns[]): Waveform[] {
  const written = parts.flatMap((part): Waveform[] => {
    const [timesUs, rates, status] = [part.float(0), part.float(1), part.uint(3)]
    return part.blob(2).map((bytes, row) => ({
      timeUs: timesUs[row] as number,
      rateHz: rates[row] as number,
      // Copied: the bytes are part of a larger memory, in which they need not begin where a float may.
      values: bytes === null ? new Float32Array() : new Float32Array(new Uint8Array(bytes).buffer),
      status: status[row] as number,
    }))
  })
  const indexes = standing(Float64Array.from(written, ({ timeUs }) => timeUs))
  return indexes === undefined ? written : Array.from(indexes, (index) => written[index] as Waveform)
}

function columnsOf(waveforms: readonly Waveform[]): Omit<WaveformPage, 'nextUs'> {
  return {
    timesUs: Float64Array.from(waveforms, ({ timeUs }) => timeUs),
    rateHz: Float64Array.from(waveforms, ({ rateHz }) => rateHz),
    values: waveforms.map(({ values }) => values),
    status: Uint32Array.from(waveforms, ({ status }) => status),
  }
}
