import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { onnxContractSchema } from './onnx.ts'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const orNull = <T extends ReturnType<typeof Type.Number> | ReturnType<typeof Type.String>>(schema: T) => Type.Union([schema, Type.Null()])

/** On which part of a collection a row was scored. */
export const ARENA_PARTS = ['tune', 'report', 'all', 'published'] as const
export type ArenaPart = (typeof ARENA_PARTS)[number]

const broughtRowSchema = Type.Object(
  {
    file: Type.String({ description: 'SHA-256 of the ONNX file' }),
    limit: orNull(Type.Number({ description: 'Declared before anything was read; null: what the protocol takes where none is' })),
    by: Type.String({ description: 'Who had it scored' }),
    made: timeMs('When'),
  },
  { additionalProperties: false, description: 'Of a model that somebody brought' },
)
export type WireBroughtRow = Static<typeof broughtRowSchema>

const rowSchema = Type.Object(
  {
    who: Type.String(),
    on: Type.Unsafe<ArenaPart>({ type: 'string', enum: [...ARENA_PARTS], description: 'tune: where choices were made; report: what they are worth; all: both; published: as a paper or leaderboard says' }),
    values: Type.Array(orNull(Type.Number()), { description: 'One for each column; null where it was not told' }),
    costUs: orNull(Type.Number({ description: 'Cost of one sample (of a row of signals), in microseconds of processor time' })),
    limit: orNull(Type.String({ description: 'The limit above which its scores are alarms, and how it was chosen, as declared before any part was read; null where that was not told' })),
    brought: Type.Optional(broughtRowSchema),
  },
  { additionalProperties: false },
)
export type WireArenaRow = Static<typeof rowSchema>

/** The leaderboard of one collection, and how its numbers were made. */
export const arenaTableSchema = Type.Object(
  {
    contest: Type.String({ description: 'Name of the collection' }),
    title: Type.String(),
    protocol: Type.String({ description: 'What was learned from what, and how the limit was declared' }),
    halves: orNull(Type.String({ description: 'Which parts are the tuning half, and which the report half, as declared before any part was read' })),
    columns: Type.Array(Type.Object({ name: Type.String(), digits: Type.Integer() }, { additionalProperties: false })),
    rows: Type.Array(rowSchema),
    measured: orNull(timeMs('When the numbers were made, here or for the release')),
    code: orNull(Type.String({ description: 'Which code made them: a hash of the sources of intelligence' })),
    made: orNull(timeMs('When it was run here; null for what came with the release')),
    tookMs: orNull(Type.Number({ description: 'How long the run took' })),
    by: orNull(Type.String({ description: 'Who ran it' })),
  },
  { additionalProperties: false },
)
export type WireArenaTable = Static<typeof arenaTableSchema>

/** Where the samples of a collection come from: recorded by others, the simulated plant, or this plant with the labels of its people. */
export const ARENA_SOURCES = ['recorded', 'simulated', 'plant'] as const
export type ArenaSource = (typeof ARENA_SOURCES)[number]

const contestSchema = Type.Object(
  {
    name: Type.String({ description: 'What a run is asked for by; of a data set of the plant, "data-set/" and its id' }),
    source: Type.Unsafe<ArenaSource>({ type: 'string', enum: [...ARENA_SOURCES] }),
    title: Type.Union([Type.String(), Type.Null()], { description: 'Of a data set of the plant: its name and asset' }),
    detectors: Type.Array(Type.String(), { description: 'Detectors of ours that can be scored by name' }),
    signals: Type.Array(Type.String(), { description: 'What the contract of a model may call its inputs; empty where no model can be scored' }),
    missing: Type.Union([Type.String(), Type.Null()], { description: 'Why it cannot be run here' }),
    needs: Type.Union(
      [
        Type.Object(
          { folder: Type.String(), files: Type.Array(Type.String()), from: Type.String({ description: 'Where the data are published' }), licence: Type.String() },
          { additionalProperties: false },
        ),
        Type.Null(),
      ],
      { description: 'Of recorded data: which files, in which folder of the server, from where' },
    ),
  },
  { additionalProperties: false },
)
export type WireArenaContest = Static<typeof contestSchema>

const modelFieldsSchema = Type.Object(
  {
    file: Type.Optional(Type.String({ minLength: 64, maxLength: 64, description: 'SHA-256 of an uploaded ONNX file; or give "id"' })),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Id of a registered model that was brought: its file and contract' })),
    contract: Type.Optional(onnxContractSchema),
    limit: Type.Optional(Type.Number({ description: 'Scores above it are alarms; declared before anything is read' })),
  },
  { additionalProperties: false, description: 'A model that somebody brought, whose output is an anomaly score' },
)

/** What a run is asked for. With neither "detectors" nor "model", all of ours are scored. */
export const arenaRunFieldsSchema = Type.Object(
  {
    contest: Type.String({ minLength: 1, maxLength: 120 }),
    detectors: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 20, description: 'Only these detectors of ours' })),
    model: Type.Optional(modelFieldsSchema),
    by: authorSchema,
  },
  { additionalProperties: false },
)
export type WireArenaRunFields = Static<typeof arenaRunFieldsSchema>

const runSchema = Type.Object(
  {
    id: Type.String(),
    contest: Type.String(),
    detectors: Type.Array(Type.String()),
    model: Type.Union([Type.String(), Type.Null()], { description: 'Name of the model that is scored' }),
    by: Type.String(),
    since: timeMs('When it began, or was asked for while it waits'),
    progress: orNull(Type.Number({ description: '0 to 1; null while it waits or cannot be told' })),
  },
  { additionalProperties: false },
)
export type WireArenaRun = Static<typeof runSchema>

export const arenaAnswer = Type.Object(
  {
    contests: Type.Array(contestSchema),
    tables: Type.Array(arenaTableSchema, { description: 'One for each collection that was ever run here or came with the release' }),
    running: Type.Union([runSchema, Type.Null()]),
    waiting: Type.Array(runSchema, { description: 'In the order in which they will be run' }),
    failure: Type.Union([Type.Object({ contest: Type.String(), reason: Type.String() }, { additionalProperties: false }), Type.Null()], { description: 'Why the last run did not end well' }),
  },
  { additionalProperties: false },
)
export type WireArena = Static<typeof arenaAnswer>
