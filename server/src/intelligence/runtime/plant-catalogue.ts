import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { WatchedAsset } from './stream-messages.ts'

const PAGE = 10_000

/** Tells which signals Millwright itself computes. */
export type IsComputed = (series: SeriesId) => boolean

/** All assets that have signals; those that are computed are not watched. */
export function wholeCatalogue(model: AssetModel, isComputed: IsComputed): WatchedAsset[] {
  const all: WatchedAsset[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = model.listAssets({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id, signalCount } of page.items) if (signalCount > 0) all.push(watchedAsset(model, id, isComputed))
    cursor = page.next
  }
  return all
}

/** The assets that own these series. */
export function catalogueOf(model: AssetModel, series: readonly SeriesId[], isComputed: IsComputed): WatchedAsset[] {
  const assets = new Set(series.flatMap((id) => model.signalBySeries(id)?.asset ?? []))
  return [...assets].map((asset) => watchedAsset(model, asset, isComputed))
}

/** Ordered by the ids of the series, which never change. */
function watchedAsset(model: AssetModel, asset: AssetId, isComputed: IsComputed): WatchedAsset {
  const signals = [...model.signalsOf(asset)].sort((a, b) => a.series - b.series)
  const of = (...kinds: string[]) => signals.filter(({ kind, series }) => kinds.includes(kind) && !isComputed(series)).map(({ series }) => series)
  return { asset, numbers: of('number'), states: of('text', 'boolean'), others: [...of('waveform'), ...signals.filter(({ series }) => isComputed(series)).map(({ series }) => series)] }
}
