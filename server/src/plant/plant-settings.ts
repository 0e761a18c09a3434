import { Type, type Static } from 'typebox'

/** Settings of the running plant itself. */
export const plantSettings = Type.Object(
  {
    retentionDays: Type.Integer({ default: 3_650, minimum: 1, maximum: 36_500, description: 'Days that samples are kept where their signal says nothing else' }),
    gatherMs: Type.Integer({
      default: 400,
      minimum: 1,
      maximum: 10_000,
      description: 'How long samples gather before they go from the journal into history, in milliseconds; a query brings them there at once',
    }),
    liveSnapshotSeconds: Type.Integer({ default: 60, minimum: 1, maximum: 3_600, description: 'Time between two snapshots of the live values, which make a start fast' }),
  },
  { additionalProperties: false },
)

export type PlantSettings = Static<typeof plantSettings>
