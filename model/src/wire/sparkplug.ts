import { Type, type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const time = Type.Union([Type.Number({ description: 'Milliseconds since the epoch' }), Type.Null()])
const count = (description: string) => Type.Integer({ minimum: 0, description })

/** State of an edge node or device that we hear: `awaiting` is one whose own birth is still to come after that of its edge node. */
export const memberState = Type.Unsafe<'unborn' | 'online' | 'awaiting' | 'offline'>({ type: 'string', enum: ['unborn', 'online', 'awaiting', 'offline'] })

/** An edge node that Millwright hears as a host application. Counts are since our start. */
export const edgeNodeSchema = Type.Object(
  {
    source: Type.String({ description: 'The way in: `sparkplug` for the embedded broker, else the connection\'s name' }),
    group: Type.String(),
    node: Type.String(),
    path: Type.String({ description: 'Asset path' }),
    state: memberState,
    born: time,
    died: time,
    lastMessage: time,
    devices: Type.Array(Type.Object({ device: Type.String(), path: Type.String(), state: memberState, metrics: Type.Integer() }, closed)),
    metrics: count('Of the edge node itself and all its devices, as their births declared'),
    bdSeq: Type.Union([Type.Integer(), Type.Null()], { description: 'Birth and death number of the last birth' }),
    lastSeq: Type.Integer({ description: 'Sequence number of the last message in order' }),
    messages: count('Messages'),
    samples: count('Samples taken'),
    historical: count('Samples that the edge node sent after the fact'),
    births: count('Births of the edge node and its devices'),
    missing: count('Messages that the sequence numbers say were lost'),
    repeated: count('Messages that came twice'),
    refused: count('Values or messages that were refused; the dead letters say why'),
    rebirthRequests: count('Rebirths that were asked for'),
    waitsFor: Type.Union([Type.String(), Type.Null()], { description: 'Why a rebirth is wanted; null when none is' }),
  },
  closed,
)
export type WireEdgeNode = Static<typeof edgeNodeSchema>

export const edgeNodesSchema = Type.Object({ nodes: Type.Array(edgeNodeSchema), total: Type.Integer({ description: 'Edge nodes, also those that are not in the list' }) }, closed)
export type WireEdgeNodes = Static<typeof edgeNodesSchema>

/** Which edge node is to be asked for its births. */
export const rebirthFieldsSchema = Type.Object(
  { source: Type.String({ minLength: 1, maxLength: 64 }), group: Type.String({ minLength: 1, maxLength: 200 }), node: Type.String({ minLength: 1, maxLength: 200 }) },
  closed,
)
export const rebirthAnswerSchema = Type.Object({ asked: Type.Boolean() }, closed)

/** An edge node that Millwright is itself. Counts are since its thread started. */
export const publisherSchema = Type.Object(
  {
    name: Type.String({ description: 'Its name in the settings' }),
    group: Type.String(),
    node: Type.String(),
    primaryHost: Type.Union([Type.String(), Type.Null()]),
    url: Type.String({ description: 'The broker that it is at or tries' }),
    state: Type.Unsafe<'connecting' | 'waiting' | 'online' | 'down'>({ type: 'string', enum: ['connecting', 'waiting', 'online', 'down'], description: 'waiting: for its primary host' }),
    since: time,
    error: Type.Union([Type.String(), Type.Null()], { description: 'Why it is down' }),
    bdSeq: Type.Integer(),
    devices: count('Devices: assets with signals of their own'),
    metrics: count('Signals that are published'),
    notPublished: count('Signals that are not: waveforms, and those beyond maxMetrics'),
    births: count('Times that all births were sent'),
    rebirthsAsked: count('Rebirths that hosts asked for'),
    linksLost: count('Times that it went offline'),
    messages: count('Messages sent'),
    live: count('Changes sent as they came'),
    historical: count('Changes sent after the fact'),
    unchanged: count('Samples that said nothing new and were not sent'),
    writesRefused: count('Values that hosts wanted to write'),
    backlogBytes: count('Journal that is still to be sent after the fact'),
    lagBytes: count('Journal that is not read yet'),
    skippedBytes: count('Journal that was given up because it was too much'),
    lastSent: time,
    restarts: count('Times that its thread died'),
  },
  closed,
)
export type WirePublisher = Static<typeof publisherSchema>

export const publishersSchema = Type.Object({ publishers: Type.Array(publisherSchema) }, closed)
export type WirePublishers = Static<typeof publishersSchema>
