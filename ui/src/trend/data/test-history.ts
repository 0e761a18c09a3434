import type { WireSamples } from '@millwright/model/wire/samples.ts'
import { QUALITY, type Points } from './tile.ts'

/** Points of a signal, `NaN` for "no value". For tests. */
export function pointsAt(pairs: readonly (readonly [timeMs: number, value: number])[]): Points {
  return {
    times: Float64Array.from(pairs, ([timeMs]) => timeMs),
    values: Float64Array.from(pairs, ([, value]) => value),
    quality: Uint8Array.from(pairs, () => QUALITY.good),
    texts: undefined,
  }
}

/** A server that holds one sample every `everyMs` up to `nowMs`, its value the time, and answers as ours does. For tests. */
export function historyOf(everyMs: number, nowMs: () => number): { readonly ask: (body: Readonly<Record<string, unknown>>) => Promise<readonly WireSamples[]>; readonly asked: Readonly<Record<string, unknown>>[] } {
  const asked: Readonly<Record<string, unknown>>[] = []
  return {
    asked,
    ask: async (body) => {
      asked.push(body)
      const from = Number(body['from'])
      const to = Math.min(Number(body['to']), nowMs() + 1)
      const first = Math.ceil(from / everyMs)
      const count = Math.max(0, Math.ceil(to / everyMs) - first)
      const limit = typeof body['limit'] === 'number' ? body['limit'] : typeof body['points'] === 'number' ? body['points'] : count
      const step = Math.max(1, Math.ceil(count / limit))
      const isBackwards = body['order'] === 'descending'
      const times = Array.from({ length: typeof body['limit'] === 'number' ? Math.min(limit, count) : Math.ceil(count / step) }, (_, i) => (isBackwards ? first + count - 1 - i : first + i * step) * everyMs)
      return (body['signals'] as string[]).map((signal) => ({ signal, times, values: times, qualities: times.map(() => 'good'), next: null }))
    },
  }
}
