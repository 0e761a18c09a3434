import { Type, type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const time = Type.Number({ description: 'Milliseconds since the epoch' })
const trouble = Type.Object({ part: Type.String(), reason: Type.String() }, closed)
const quarantined = Type.Array(Type.Object({ file: Type.String(), reason: Type.String() }, closed), { description: 'Damaged files that were set aside' })

/** Answer of /readyz. */
export const readySchema = Type.Object({ ready: Type.Boolean(), reasons: Type.Array(trouble) }, closed)
export type WireReady = Static<typeof readySchema>

/** Something that could not be taken. */
export const deadLetterSchema = Type.Object(
  {
    time,
    source: Type.String(),
    where: Type.String({ description: 'Topic, path or address' }),
    code: Type.String(),
    message: Type.String(),
    count: Type.Integer({ description: 'Samples, or messages where those could not be counted' }),
    excerpt: Type.Union([Type.String(), Type.Null()], { description: 'The beginning of what came' }),
  },
  closed,
)

/** All that was refused for one reason from one source. */
export const letterGroupSchema = Type.Object({ source: Type.String(), code: Type.String(), count: Type.Integer(), first: time, last: time }, closed)

export const deadLettersSchema = Type.Object({ groups: Type.Array(letterGroupSchema), letters: Type.Array(deadLetterSchema) }, closed)
export type WireDeadLetters = Static<typeof deadLettersSchema>

/** How the platform is: what comes in, what waits, what is kept. */
export const statusSchema = Type.Object(
  {
    version: Type.String(),
    time,
    timezone: Type.String({ description: "The plant's time zone" }),
    ready: Type.Boolean(),
    reasons: Type.Array(trouble),
    warnings: Type.Array(trouble, { description: 'What will keep it from its work when nobody does something' }),
    simulated: Type.Boolean({ description: 'Whether a simulated plant can be controlled below /api/v1/simulator' }),
    plant: Type.Object({ assets: Type.Integer(), signals: Type.Integer(), inbox: Type.Integer({ description: 'Signals that wait for a decision' }) }, closed),
    ingest: Type.Object(
      {
        stored: Type.Integer({ description: 'Samples made durable since the start' }),
        storedPerSecond: Type.Number({ description: 'Over the last seconds' }),
        late: Type.Integer({ description: 'Came one to ten minutes after their time' }),
        backfilled: Type.Integer({ description: 'Came more than ten minutes after their time' }),
        outOfOrder: Type.Integer(),
        repeated: Type.Integer(),
        ahead: Type.Integer(),
        withinDeadband: Type.Integer(),
        refused: Type.Record(Type.String(), Type.Integer(), { description: 'By error code' }),
        paused: Type.Union([Type.String(), Type.Null()], { description: 'Why senders are paused' }),
      },
      closed,
    ),
    sources: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          connector: Type.String(),
          state: Type.String(),
          detail: Type.Optional(Type.String()),
          clients: Type.Integer(),
          messages: Type.Integer(),
          samples: Type.Integer(),
          bytes: Type.Optional(Type.Integer({ description: 'Bytes received, where that is known' })),
          samplesPerSecond: Type.Number(),
        },
        closed,
      ),
    ),
    journal: Type.Object(
      {
        sizeBytes: Type.Integer(),
        segments: Type.Integer(),
        lastSyncMs: Type.Number(),
        blocked: Type.Union([Type.String(), Type.Null()]),
        consumers: Type.Array(Type.Object({ name: Type.String(), lagBytes: Type.Integer(), heldBytes: Type.Integer() }, closed)),
        quarantined,
      },
      closed,
    ),
    history: Type.Union([
      Type.Object(
        {
          recentRows: Type.Integer(),
          recentBytes: Type.Integer(),
          coldRows: Type.Integer(),
          coldBytes: Type.Integer(),
          files: Type.Integer(),
          oldest: Type.Union([time, Type.Null()]),
          newest: Type.Union([time, Type.Null()]),
          compactions: Type.Integer(),
          quarantined,
        },
        closed,
      ),
      Type.Null(),
    ], { description: 'null while the history does not answer' }),
    disk: Type.Union([Type.Object({ freeBytes: Type.Number(), totalBytes: Type.Number() }, closed), Type.Null()]),
    live: Type.Object({ clients: Type.Integer(), feeds: Type.Integer(), frozen: Type.Integer({ description: 'Clients cut off because they took nothing' }) }, closed),
    deadLetters: Type.Array(letterGroupSchema),
  },
  closed,
)
export type WireStatus = Static<typeof statusSchema>
