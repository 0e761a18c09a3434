import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { MAX_ID } from './name-index.ts'

/** Gives ids, each once. An id whose asset or signal was taken back is not given again. */
export class IdSource {
  #asset: AssetId
  #series: SeriesId

  /** Goes on behind the highest ids ever given. */
  constructor(highest: { readonly asset: AssetId; readonly series: SeriesId }) {
    this.#asset = highest.asset
    this.#series = highest.series
  }

  nextAsset(): AssetId {
    if (this.#asset >= MAX_ID) throw new MillwrightError('LIMIT_REACHED', 'all ids for assets have been given')
    return ++this.#asset
  }

  nextSeries(): SeriesId {
    if (this.#series >= MAX_ID) throw new MillwrightError('LIMIT_REACHED', 'all ids for series have been given')
    return ++this.#series
  }
}
