import { Type, type Static } from 'typebox'

/** What becomes of samples whose signal nobody has described yet, and how many such signals there may be. */
export const provisioningSettings = Type.Object(
  {
    policy: Type.Union([Type.Literal('auto'), Type.Literal('review'), Type.Literal('off')], {
      default: 'auto',
      description: 'What an unknown signal does: "auto" creates it with its asset, "review" puts it in the inbox for somebody to accept, "off" refuses its samples',
    }),
    maxAssets: Type.Integer({ default: 1_000_000, minimum: 1, maximum: 10_000_000, description: 'Most assets of the plant; beyond it none is created by itself' }),
    maxSignals: Type.Integer({ default: 5_000_000, minimum: 1, maximum: 15_000_000, description: 'Most signals of the plant; beyond it none is created by itself' }),
    newSignalsPerSource: Type.Integer({
      default: 100_000,
      minimum: 1,
      maximum: 15_000_000,
      description: 'Signals that one source (a connection, a client) may create at once, before it has to wait for newSignalsPerSourcePerHour',
    }),
    newSignalsPerSourcePerHour: Type.Integer({
      default: 10_000,
      minimum: 0,
      maximum: 15_000_000,
      description: 'Signals by which the allowance of each source refills in an hour',
    }),
    maxInbox: Type.Integer({ default: 10_000, minimum: 1, maximum: 100_000, description: 'Most signals in the inbox, rejected ones included; beyond it further ones are refused' }),
  },
  { additionalProperties: false },
)

export type ProvisioningSettings = Static<typeof provisioningSettings>
