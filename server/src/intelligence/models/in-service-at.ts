import type { ModelRecord } from './model-record.ts'

/**
 * Which of the models was the champion at a time, and since when; undefined where none was. One that was gone back to has its second time too. Of a time before the first of them, the first: a
 * machine's clock may be behind ours, and its samples were judged when they came.
 */
export function inServiceAt<T extends Pick<ModelRecord, 'history'>>(models: readonly T[], timeMs: number): { readonly model: T; readonly sinceMs: number } | undefined {
  let first: { readonly model: T; readonly sinceMs: number } | undefined
  for (const model of models) {
    // The last step at or before the time; the history holds them in their order.
    const last = model.history.findLast(({ time }) => time <= timeMs)
    if (last?.stage === 'champion') return { model, sinceMs: last.time }
    const begun = model.history.find(({ stage }) => stage === 'champion')
    const isNow = model.history.at(-1)?.stage === 'champion'
    if (begun !== undefined && (first === undefined || begun.time < first.sinceMs || (begun.time === first.sinceMs && isNow))) first = { model, sinceMs: begun.time }
  }
  return first !== undefined && timeMs < first.sinceMs ? first : undefined
}
