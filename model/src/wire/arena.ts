import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const orNull = <T extends ReturnType<typeof Type.Number> | ReturnType<typeof Type.String>>(schema: T) => Type.Union([schema, Type.Null()])

/** On which part of a collection a row was scored. */
export const ARENA_PARTS = ['tune', 'report', 'all', 'published'] as const
export type ArenaPart = (typeof ARENA_PARTS)[number]

const rowSchema = Type.Object(
  {
    who: Type.String(),
    on: Type.Unsafe<ArenaPart>({ type: 'string', enum: [...ARENA_PARTS], description: 'tune: where choices were made; report: what they are worth; all: both; published: as a paper or leaderboard says' }),
    values: Type.Array(orNull(Type.Number()), { description: 'One for each column; null where it was not told' }),
    costUs: orNull(Type.Number({ description: 'Cost of one sample (of a row of signals), in microseconds' })),
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
    columns: Type.Array(Type.Object({ name: Type.String(), digits: Type.Integer() }, { additionalProperties: false })),
    rows: Type.Array(rowSchema),
    made: orNull(timeMs('When it was run here; null for what came with the release')),
    tookMs: orNull(Type.Number({ description: 'How long the run took' })),
    by: orNull(Type.String({ description: 'Who ran it' })),
  },
  { additionalProperties: false },
)
export type WireArenaTable = Static<typeof arenaTableSchema>

export const arenaAnswer = Type.Object(
  {
    contests: Type.Array(Type.Object({ name: Type.String(), missing: orNull(Type.String({ description: 'Why it cannot be run here: what data are missing, and where' })) }, { additionalProperties: false })),
    tables: Type.Array(arenaTableSchema, { description: 'One for each collection that was ever run here or came with the release' }),
    running: Type.Union([Type.Object({ contest: Type.String(), since: timeMs('When it began'), by: Type.String() }, { additionalProperties: false }), Type.Null()]),
    failure: Type.Union([Type.Object({ contest: Type.String(), reason: Type.String() }, { additionalProperties: false }), Type.Null()], { description: 'Why the last run did not end well' }),
  },
  { additionalProperties: false },
)
export type WireArena = Static<typeof arenaAnswer>

export const arenaRunFieldsSchema = Type.Object({ contest: Type.String({ minLength: 1, maxLength: 60 }), by: authorSchema }, { additionalProperties: false })
