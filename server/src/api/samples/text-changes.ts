import type { Block, SeriesRange } from '../../historian/historian.ts'
import type { ApiHistory } from '../api-parts.ts'
import type { SamplePage } from './sample-pages.ts'

/** Samples that are read at a time, and at most for one answer; behind that the next page begins. */
const PAGE_ROWS = 20_000
const MAX_ROWS = 400_000

/**
 * The samples of a text signal that draw the same picture as all of them: those at which the text or its quality changed, and the last one.
 * At most `points`; where there are more changes, or more samples than one answer reads, the rest is told.
 */
export async function readTextChanges(history: Pick<ApiHistory, 'readSamples'>, range: SeriesRange, points: number, signal?: AbortSignal): Promise<SamplePage> {
  const times: number[] = []
  const values: (string | null)[] = []
  const status: number[] = []
  const page = (rest: SamplePage['rest']): SamplePage => ({ block: { timesUs: Float64Array.from(times), values, status: Uint32Array.from(status) }, rest })
  let fromUs = range.fromUs
  let last: { readonly timeUs: number; readonly value: string | null; readonly code: number } | undefined
  for (let rows = 0; rows < MAX_ROWS; rows += PAGE_ROWS) {
    const { block, nextUs } = await history.readSamples({ ...range, fromUs }, { limit: PAGE_ROWS, order: 'ascending' }, signal)
    const texts = textsOf(block)
    for (const [i, value] of texts.entries()) {
      const timeUs = block.timesUs[i] as number
      const code = block.status[i] as number
      const isChange = times.length === 0 || value !== values.at(-1) || code !== status.at(-1)
      last = isChange ? undefined : { timeUs, value, code }
      if (!isChange) continue
      // One place is kept for the last sample.
      if (times.length >= points - 1) return page({ fromUs: timeUs, toUs: range.toUs })
      times.push(timeUs)
      values.push(value)
      status.push(code)
    }
    if (nextUs === undefined) {
      if (last !== undefined) {
        times.push(last.timeUs)
        values.push(last.value)
        status.push(last.code)
      }
      return page(undefined)
    }
    fromUs = nextUs
  }
  return page({ fromUs, toUs: range.toUs })
}

function textsOf({ values, timesUs }: Block): readonly (string | null)[] {
  if (timesUs.length === 0) return []
  if (values instanceof Float64Array) throw new Error('BUG: a text series has texts')
  return values
}
