/** What a load sent, what of it was acknowledged, and how long each window or body waited for that. */
export interface LoadResult {
  readonly sentMessages: number
  readonly ackedMessages: number
  readonly ackedSamples: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The result of a load all of whose `messages` were acknowledged, each with so many samples; `latenciesMs` in any order. */
export function loadResult(messages: number, samplesPerMessage: number, seconds: number, latenciesMs: readonly number[]): LoadResult {
  const inOrder = latenciesMs.toSorted((a, b) => a - b)
  const at = (share: number): number => inOrder[Math.floor(inOrder.length * share)] ?? Number.NaN
  return { sentMessages: messages, ackedMessages: messages, ackedSamples: messages * samplesPerMessage, seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}
