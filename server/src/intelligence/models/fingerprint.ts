import { US_PER_MS } from '@millwright/model/time.ts'
import type { WireDataSet } from '@millwright/model/wire/ai-model.ts'
import type { Historian } from '../../historian/historian.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { train } from './trainer.ts'

/** Reads the samples of a data set, in a thread of their own, and answers their fingerprint: the same as that of a model trained on them. Rejects as `train` does. */
export async function fingerprint(
  data: Pick<WireDataSet, 'signals' | 'states' | 'from' | 'to'>,
  parts: { readonly history: Pick<Historian, 'readSamples'>; readonly plant: Pick<AssetModel, 'signalBySeries'>; readonly maxMegabytes: number; readonly signal?: AbortSignal; readonly onProgress?: (part: number) => void },
): Promise<{ readonly hash: string; readonly samples: number }> {
  const series = [...data.states, ...data.signals].flatMap((id) => {
    const found = parts.plant.signalBySeries(id)
    return found === undefined ? [] : { series: id, kind: found.kind }
  })
  // A watch of nothing only counts and hashes.
  const thread = { shape: { signals: [], states: [] }, alarmsPerWeek: 1, taught: [] }
  const { hash, samples } = await train(
    { thread, series, fromUs: data.from * US_PER_MS, toUs: data.to * US_PER_MS, replays: [], maxMegabytes: parts.maxMegabytes, signal: parts.signal ?? new AbortController().signal, onProgress: parts.onProgress ?? (() => undefined) },
    parts.history,
  )
  return { hash, samples }
}
