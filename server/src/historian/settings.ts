import { Type, type Static } from 'typebox'

/** Options of the embedded historian (DuckDB for the recent part, Parquet for the rest). */
export const historianSettings = Type.Object(
  {
    memoryMiB: Type.Integer({ default: 96, minimum: 64, maximum: 1_048_576, description: 'Most memory that DuckDB may use, in MiB; beyond it, it sorts on disk' }),
    threads: Type.Integer({ default: 2, minimum: 1, maximum: 256, description: 'Threads that DuckDB may use for one query' }),
    compactAfterRows: Type.Integer({ default: 4_000_000, minimum: 1_000, maximum: 100_000_000, description: 'Recent rows after which they move to the cold store' }),
    compactAfterMinutes: Type.Integer({ default: 60, minimum: 1, maximum: 1440, description: 'Age at which recent rows move to the cold store' }),
    fileRows: Type.Integer({ default: 4_000_000, minimum: 1_000, maximum: 100_000_000, description: 'Most rows of one Parquet file; bounds the memory of a merge' }),
    rollupFromRows: Type.Integer({ default: 20_000, minimum: 0, description: 'Plots and aggregates over more samples than this are read from the rollups' }),
    holdMinutes: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 1440,
      description: 'How long a value counts in a time-weighted average when no further sample follows',
    }),
  },
  { additionalProperties: false },
)

export type HistorianSettings = Static<typeof historianSettings>
