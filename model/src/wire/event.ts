import { Type, type Static } from 'typebox'

/** Something that happened at a time. */
export const eventSchema = Type.Object(
  {
    time: Type.Number({ description: 'Milliseconds since the epoch' }),
    kind: Type.String({ description: 'Dotted, such as connection.lost' }),
    path: Type.Union([Type.String(), Type.Null()], { description: 'The asset or signal that it concerns' }),
    data: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false },
)
export type WireEvent = Static<typeof eventSchema>

export const eventsSchema = Type.Object({ events: Type.Array(eventSchema, { description: 'Newest first' }) }, { additionalProperties: false })
export type WireEvents = Static<typeof eventsSchema>
