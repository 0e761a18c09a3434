import type { AssetLevel, PropertyValue } from '@millwright/model/asset.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'
import type { AssetModel } from '../asset-model.ts'

/** An asset as a file holds it. `undefined`: the file does not say, so the field stays; `null`: the file says that there is none. */
export interface AssetRow {
  readonly what: 'asset'
  readonly path: string
  readonly level?: AssetLevel | null
  readonly type?: string | null
  readonly description?: string | null
  /** Properties that the file speaks of. */
  readonly properties?: Readonly<Record<string, PropertyValue | null>>
  /** The properties are all that the asset has, so others go away. */
  readonly allProperties?: boolean
}

/** A signal as a file holds it; see {@link AssetRow} for `undefined` and `null`. */
export interface SignalRow {
  readonly what: 'signal'
  readonly path: string
  readonly kind?: ValueKind
  readonly unit?: string | null
  readonly low?: number | null
  readonly high?: number | null
  readonly deadband?: number | null
  readonly retentionDays?: number | null
  readonly description?: string | null
}

export type ModelRow = AssetRow | SignalRow

/** Something in a file that cannot be taken: where it is, what was wrong, and what would be right. */
export interface RowError {
  /** Line of a CSV or YAML file, row of a sheet, from 1. */
  readonly row: number
  /** The column (or key) as the file calls it, where it is one. */
  readonly column?: string
  readonly problem: string
  readonly expected?: string
  /** The known name that is most like the wrong one. */
  readonly nearest?: string
}

/** What was read from a file: its rows with their places, and what could not be read. */
export interface ReadRows {
  readonly rows: readonly { readonly row: number; readonly value: ModelRow }[]
  readonly errors: readonly RowError[]
}

/** Most errors that are collected; a file of the wrong kind has one in each row. */
export const MAX_ROW_ERRORS = 1_000
/** Largest file that is read: the plant of 520,000 assets and 2.6 million signals has some 300 MB as CSV. */
export const MAX_FILE_BYTES = 512 * 2 ** 20
/** Most rows of a file, as many as {@link AssetModel.edit} takes. */
export const MAX_ROWS = 4_000_000

const PAGE = 5_000

/** The whole model as rows: each asset, with its signals right behind it, parents first and by name. */
export function* rowsOf(model: AssetModel): Generator<ModelRow> {
  let cursor: string | undefined
  do {
    const page = model.listAssets({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id, path, level, type, description, properties } of page.items) {
      yield { what: 'asset', path, level: level ?? null, type: type ?? null, description: description ?? null, properties, allProperties: true }
      for (const { name, kind, unit, low, high, deadband, retentionDays, description: meaning } of model.signalsOf(id)) {
        yield {
          what: 'signal',
          path: `${path}/${name}`,
          kind,
          unit: unit ?? null,
          low: low ?? null,
          high: high ?? null,
          deadband: deadband ?? null,
          retentionDays: retentionDays ?? null,
          description: meaning ?? null,
        }
      }
    }
    cursor = page.next
  } while (cursor !== undefined)
}
