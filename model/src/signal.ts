import type { AssetId } from './asset.ts'
import type { SeriesId, ValueKind } from './sample-batch.ts'

/** One variable of an asset. Its series id is its identity: it survives a rename. */
export interface Signal {
  readonly series: SeriesId
  readonly asset: AssetId
  readonly name: string
  readonly kind: ValueKind
  /** Unit as a UCUM code, such as `Cel`, `kW.h` or `m/s2`. */
  readonly unit?: string
  /** The range in which values are expected, in the signal's unit. */
  readonly low?: number
  readonly high?: number
  readonly description?: string
  /** A change of less than this from the last kept value is not stored, in the signal's unit; 0 keeps all. */
  readonly deadband?: number
  /** Days that samples are kept; undefined follows the plant's default. */
  readonly retentionDays?: number
}
