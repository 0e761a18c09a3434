import type { Signal } from '@millwright/model/signal.ts'
import { US_PER_DAY, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import type { Historian } from '../../historian/historian.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { RecordedRows } from './examine-task.ts'

/** A half-open stretch of time. */
export interface Stretch {
  readonly fromUs: number
  readonly toUs: number
}

export interface RecordingQuestion {
  readonly signals: readonly Pick<Signal, 'series' | 'kind'>[]
  readonly range: Stretch
  /** Undefined: cut where nothing was recorded for a while. */
  readonly runs: readonly Stretch[] | undefined
  readonly reference: Stretch | undefined
  /** Undefined: what the signals come by. */
  readonly everyUs: number | undefined
  readonly signal: AbortSignal
  onProgress(part: number): void
}

export interface Recording {
  readonly everyUs: number
  /** The step that the signals come by, where rows had to be made longer than that. */
  readonly finerUs: number | undefined
  readonly runs: readonly RecordedRows[]
  readonly reference: RecordedRows | undefined
  readonly rows: number
}

type History = Pick<Historian, 'readAggregates' | 'readSamples'>

/** Numbers that all rows of one examination may hold together: 48 MB. */
export const MAX_NUMBERS = 6_000_000
/** Runs that a recording is cut into at most; further ones belong to the last. */
const MAX_RUNS = 200
/** Samples by which the pace of a signal is known, steps in which a recording is sought first, and steps that are read together. */
const [PACE_SAMPLES, COARSE, WINDOW] = [500, 2_000, 20_000]
/** A run ends where nothing comes for this many steps, and for this long. */
const [GAP_STEPS, GAP_US] = [60, 5 * US_PER_MINUTE]
/** Steps that people know, in seconds. */
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400].map((seconds) => seconds * US_PER_SECOND)

/**
 * Reads a recording as rows of averages, in even steps; a step in which nothing was measured is no row. Values of bad quality count as not measured. Memory is bounded: where rows would be too
 * many, steps become longer. Rejects with BAD_REQUEST (nothing there), LIMIT_REACHED, STOPPING, and as the historian does.
 */
export async function readRecording(history: History, { signals, range, runs, reference, everyUs: asked, signal, onProgress }: RecordingQuestion): Promise<Recording> {
  const wanted = [range, ...(reference === undefined ? [] : [reference])]
  const occupied = new Map<Stretch, readonly Stretch[]>()
  for (const stretch of wanted) occupied.set(stretch, await occupiedParts(history, signals, stretch, signal))
  const parts = [...occupied.values()].flat()
  if (parts.length === 0) throw new MillwrightError('BAD_REQUEST', 'there are no samples of these signals in this time')
  const paceUs = asked ?? (await paceOf(history, signals, parts[0] as Stretch))
  const spanUs = parts.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0)
  const fits = (us: number) => (spanUs / us) * signals.length <= MAX_NUMBERS
  const everyUs = fits(paceUs) ? paceUs : STEPS.find((step) => step > paceUs && fits(step))
  if (everyUs === undefined || (asked !== undefined && everyUs !== asked)) throw new MillwrightError('LIMIT_REACHED', `these are more than ${MAX_NUMBERS} averages; take longer steps, a shorter time or fewer signals`)
  let doneUs = 0
  const read = async (stretch: Stretch): Promise<RecordedRows> => {
    const rows: RecordedRows[] = []
    for (const part of occupied.get(stretch) ?? []) {
      rows.push(await readPart(history, signals, part, everyUs, signal))
      doneUs += part.toUs - part.fromUs
      onProgress(doneUs / spanUs)
    }
    return joined(rows)
  }
  const all = await read(range)
  const found = runs === undefined ? cutAtGaps(all, signals.length, Math.max(GAP_US, GAP_STEPS * everyUs)) : runs.map((run) => within(all, signals.length, run, everyUs)).filter(({ timesUs }) => timesUs.length > 0)
  const good = reference === undefined ? undefined : await read(reference)
  return { everyUs, finerUs: everyUs === paceUs ? undefined : paceUs, runs: found, reference: good, rows: found.reduce((sum, { timesUs }) => sum + timesUs.length, 0) }
}

/** The parts of a stretch in which anything was recorded, sought in coarse steps. */
async function occupiedParts(history: History, signals: RecordingQuestion['signals'], { fromUs, toUs }: Stretch, signal: AbortSignal): Promise<Stretch[]> {
  const stepUs = Math.max(1, Math.ceil((toUs - fromUs) / COARSE / US_PER_SECOND)) * US_PER_SECOND
  const edges = edgesOf(fromUs, toUs, stepUs)
  const counts = new Float64Array(edges.length - 1)
  for (const source of signals) {
    const { columns } = await history.readAggregates(source, edges, ['count'], signal)
    for (const [at, count] of columns.count?.entries() ?? []) counts[at] = (counts[at] as number) + count
  }
  const parts: { fromUs: number; toUs: number }[] = []
  for (const [at, count] of counts.entries()) {
    if (count === 0) continue
    const [start, end] = [edges[at] as number, edges[at + 1] as number]
    const last = parts.at(-1)
    if (last !== undefined && last.toUs === start) last.toUs = end
    else parts.push({ fromUs: start, toUs: end })
  }
  return parts
}

/** The step that the signals come by: the median of their usual distances, as a step that people know. */
async function paceOf(history: History, signals: RecordingQuestion['signals'], { fromUs }: Stretch): Promise<number> {
  const paces: number[] = []
  for (const { series, kind } of signals) {
    const { block } = await history.readSamples({ series, kind, fromUs, toUs: fromUs + 365 * US_PER_DAY }, { limit: PACE_SAMPLES, order: 'ascending' })
    const gaps = block.timesUs.subarray(1).map((timeUs, at) => timeUs - (block.timesUs[at] as number)).toSorted()
    const middle = gaps[gaps.length >> 1]
    if (middle !== undefined) paces.push(middle)
  }
  const pace = paces.toSorted((a, b) => a - b)[paces.length >> 1]
  if (pace === undefined) throw new MillwrightError('BAD_REQUEST', 'there is one sample only: nothing can be learned from it')
  return STEPS.reduce((best, step) => (Math.abs(Math.log(step / pace)) < Math.abs(Math.log(best / pace)) ? step : best))
}

async function readPart(history: History, signals: RecordingQuestion['signals'], { fromUs, toUs }: Stretch, everyUs: number, signal: AbortSignal): Promise<RecordedRows> {
  const width = signals.length
  const pieces: RecordedRows[] = []
  for (let startUs = fromUs; startUs < toUs; startUs += WINDOW * everyUs) {
    if (signal.aborted) throw new MillwrightError('STOPPING', 'the examination was cancelled')
    const edges = edgesOf(startUs, Math.min(toUs, startUs + WINDOW * everyUs), everyUs)
    const columns: Float64Array[] = []
    for (const source of signals) columns.push((await history.readAggregates(source, edges, ['avg'], signal)).columns.avg ?? new Float64Array(edges.length - 1).fill(Number.NaN))
    const kept = Array.from(edges.keys()).slice(0, -1).filter((at) => columns.some((column) => Number.isFinite(column[at])))
    const values = new Float64Array(kept.length * width)
    for (const [row, at] of kept.entries()) for (const [column, averages] of columns.entries()) values[row * width + column] = averages[at] as number
    pieces.push({ timesUs: Float64Array.from(kept, (at) => edges[at] as number), values })
  }
  return joined(pieces)
}

/** Steps of even width; the last one may be shorter. */
function edgesOf(fromUs: number, toUs: number, stepUs: number): Float64Array {
  const steps = Math.max(1, Math.ceil((toUs - fromUs) / stepUs))
  return Float64Array.from({ length: steps + 1 }, (_, at) => Math.min(toUs, fromUs + at * stepUs))
}

function joined(pieces: readonly RecordedRows[]): RecordedRows {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) return only
  const timesUs = new Float64Array(pieces.reduce((sum, piece) => sum + piece.timesUs.length, 0))
  const values = new Float64Array(pieces.reduce((sum, piece) => sum + piece.values.length, 0))
  let [time, value] = [0, 0]
  for (const piece of pieces) {
    timesUs.set(piece.timesUs, time)
    values.set(piece.values, value)
    time += piece.timesUs.length
    value += piece.values.length
  }
  return { timesUs, values }
}

/** The rows of a run; a row that begins before it and ends inside belongs to it. */
function within({ timesUs, values }: RecordedRows, width: number, { fromUs, toUs }: Stretch, everyUs: number): RecordedRows {
  const first = timesUs.findIndex((timeUs) => timeUs + everyUs > fromUs)
  const [from, end] = [first < 0 ? timesUs.length : first, timesUs.findLastIndex((timeUs) => timeUs < toUs) + 1]
  return { timesUs: timesUs.slice(from, end), values: values.slice(from * width, Math.max(from, end) * width) }
}

/** Cuts rows where nothing was recorded for longer than `gapUs`. */
export function cutAtGaps({ timesUs, values }: RecordedRows, width: number, gapUs: number): RecordedRows[] {
  const runs: RecordedRows[] = []
  for (let from = 0, row = 1; row <= timesUs.length; row++) {
    const isCut = row < timesUs.length && runs.length < MAX_RUNS - 1 && (timesUs[row] as number) - (timesUs[row - 1] as number) > gapUs
    if (row < timesUs.length && !isCut) continue
    runs.push({ timesUs: timesUs.slice(from, row), values: values.slice(from * width, row * width) })
    from = row
  }
  return runs
}
