import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'

const signals = (description: string) => Type.Array(Type.String(), { description })
const words = Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false })

/**
 * What looks at signals. The first five are on for every asset: against the other signals, against the own level at this hour, single samples that jump, a value that stands
 * still, a state that does not end. The others are picked where they fit: change of sampling, shapes of the last minutes, order of values, course of a recipe.
 */
export const WATCH_DETECTORS = ['apart', 'level', 'spikes', 'frozen', 'stays', 'pace', 'shape', 'pattern', 'batch'] as const
export type WatchDetector = (typeof WATCH_DETECTORS)[number]

const pickSchema = Type.Object(
  {
    detector: Type.Union([Type.Unsafe<WatchDetector>({ type: 'string', enum: [...WATCH_DETECTORS] }), Type.Null()], { description: 'null: nothing looks at these signals' }),
    signals: signals('Names of the signals'),
    isOn: Type.Boolean({ description: 'false: it was considered and is not used for these signals, or not yet' }),
    reason: Type.Object(
      { key: Type.String({ description: 'Stable name of the reason' }), values: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]), { description: 'Its numbers' }) },
      { additionalProperties: false },
    ),
    words: Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false, description: 'What it does there and why, in a sentence' }),
  },
  { additionalProperties: false },
)
export type WirePick = Static<typeof pickSchema>

/** How an asset is watched: what was picked for it, and why. */
export const watchedAssetSchema = Type.Object(
  {
    asset: Type.String({ description: 'Path of the asset' }),
    model: Type.String(),
    shadow: Type.Union([Type.String(), Type.Null()]),
    phase: Type.Unsafe<'learning' | 'calibrating' | 'watching'>({ type: 'string', enum: ['learning', 'calibrating', 'watching'], description: 'watching: it tells anomalies' }),
    isAbnormal: Type.Boolean(),
    isOff: Type.Boolean({ description: 'Switched off by somebody' }),
    minutes: Type.Integer({ description: 'Minutes of the asset that were seen' }),
    why: Type.Array(words, { description: 'What was picked and why, in sentences' }),
    picks: Type.Array(pickSchema, { description: 'Which detector looks at which signals, and why; what is not used, and why not' }),
    extraBytes: Type.Integer({ description: 'Memory of the detectors that were picked beside the usual ones, in bytes' }),
    judged: signals('Signals that are judged'),
    counters: signals('Signals that only grow'),
    unvaried: signals('Signals that have shown fewer than eight values or hardly ever change: setpoints, codes, what stands still'),
    leftOut: signals('Signals beyond the limit of 48'),
    states: signals('State signals and setpoints that make the operating states'),
    statesDropped: signals('State signals that turned out to name things or to follow a cycle'),
    operatingStates: signals('Operating states met so far'),
    late: Type.Integer({ description: 'Samples that came for a minute which was closed already; they were not judged' }),
    bad: Type.Integer({ description: 'Samples without a value or of bad quality' }),
    ahead: Type.Integer({ description: 'Samples more than ten minutes ahead of the clock' }),
    shadowTally: Type.Union([Type.Object({ frames: Type.Integer(), anomalies: Type.Integer(), shared: Type.Integer(), ofChampion: Type.Integer() }, { additionalProperties: false }), Type.Null()], {
      description: 'What the shadow told since it was put beside the champion',
    }),
  },
  { additionalProperties: false },
)
export type WireWatchedAsset = Static<typeof watchedAssetSchema>

export const intelligenceStatusSchema = Type.Object(
  {
    isOff: Type.Boolean({ description: 'All of it is switched off' }),
    alarmsPerWeek: Type.Number({ description: 'False alarms per machine and week that are put up with' }),
    assets: Type.Array(watchedAssetSchema),
    next: Type.Union([Type.String(), Type.Null()], { description: 'Give it as "cursor" for the next page; null on the last one' }),
    total: Type.Integer({ description: 'Assets that are watched, all pages together' }),
    unwatched: Type.Integer({ description: 'Assets beyond intelligence.maxAssets' }),
    lagBytes: Type.Integer({ description: 'Journal that has not been looked at yet' }),
    savedPosition: Type.Integer(),
    stateBytes: Type.Integer(),
    samples: Type.Integer({ description: 'Since the start' }),
    restarts: Type.Integer(),
    trouble: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
)
export type WireIntelligenceStatus = Static<typeof intelligenceStatusSchema>

/** Switches judging off or on: of all, of an asset, or of a model. */
export const switchFieldsSchema = Type.Object(
  { off: Type.Boolean(), asset: Type.Optional(Type.String({ maxLength: 1_000 })), model: Type.Optional(Type.String({ maxLength: 100 })), by: authorSchema },
  { additionalProperties: false },
)
export const switchAnswer = Type.Object({ isOff: Type.Boolean(), tookMs: Type.Number() }, { additionalProperties: false })
