import { Type, type Static } from 'typebox'
import { SIGNAL_STATES } from '../signal-state.ts'
import { levelSchema, pathSchema } from './asset.ts'

const closed = { additionalProperties: false } as const
const count = Type.Integer()
const byState = Type.Object({ bad: count, outside: count, uncertain: count, stale: count, silent: count, normal: count }, closed)

export const stateSchema = Type.Unsafe<(typeof SIGNAL_STATES)[number]>({ type: 'string', enum: [...SIGNAL_STATES] })

/** A signal that needs a look. */
export const abnormalSignalSchema = Type.Object(
  {
    path: pathSchema,
    state: stateSchema,
    value: Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]),
    unit: Type.Optional(Type.String()),
    low: Type.Optional(Type.Number()),
    high: Type.Optional(Type.Number()),
    time: Type.Number({ description: 'Milliseconds since the epoch' }),
  },
  closed,
)

const nodeFields = {
  path: Type.String({ description: 'Empty for the whole plant' }),
  name: Type.String(),
  level: Type.Optional(levelSchema),
  type: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  childCount: Type.Integer(),
  signalCount: Type.Integer({ description: 'Signals of its own' }),
  signals: Type.Object(byState.properties, { ...closed, description: 'Its signals and those below, by state' }),
  assets: Type.Object(byState.properties, { ...closed, description: 'Assets that have signals, itself included, by the worst state of their own signals; silent only where all of them are' }),
  newest: Type.Union([Type.Number(), Type.Null()], { description: 'When something of it last arrived, milliseconds since the epoch' }),
  worst: Type.Array(abnormalSignalSchema, { description: 'At most three signals that need a look, the worst first' }),
} as const

/** How an asset is, with all below it. */
export const summaryNodeSchema = Type.Object(nodeFields, closed)
export type WireSummaryNode = Static<typeof summaryNodeSchema>

const childSchema = Type.Object({ ...nodeFields, children: Type.Array(summaryNodeSchema), more: Type.Integer({ description: 'Children that are left out' }) }, closed)

/** An asset, its children and theirs (of a small plant: assets further below, and theirs). Of too many children the worst are shown. */
export const summarySchema = Type.Object(
  {
    time: Type.Number({ description: 'When it was counted, milliseconds since the epoch' }),
    staleAfterSeconds: Type.Number(),
    node: summaryNodeSchema,
    children: Type.Array(childSchema),
    more: Type.Integer({ description: 'Children that are left out' }),
  },
  closed,
)
export type WireSummary = Static<typeof summarySchema>
