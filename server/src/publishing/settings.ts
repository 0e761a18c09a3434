import { Type, type Static } from 'typebox'

/** Most edge nodes of one Millwright. */
export const MAX_EDGE_NODES = 16

const id = (description: string) => Type.String({ pattern: '^[^+/#\\u0000]{1,200}$', description })

/** One edge node: which of the plant's signals are published, where, and as whom. */
export const edgeNodeSettings = Type.Object(
  {
    urls: Type.Array(Type.String({ pattern: '^(mqtt|mqtts|ws|wss)://[^\\s@]+$', maxLength: 500 }), {
      minItems: 1,
      maxItems: 8,
      description: 'The broker: mqtt://host:1883, mqtts://host:8883, ws:// or wss://. With several the next is tried when one cannot be reached or its primary host is gone',
    }),
    group: id('Sparkplug group id'),
    node: id('Sparkplug edge node id: unique in its group'),
    paths: Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { minItems: 1, maxItems: 1_000, description: 'Asset paths whose signals are published, with all that lies below them' }),
    leaveOut: Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { default: [], maxItems: 1_000, description: 'Asset paths below these that are not published' }),
    primaryHost: Type.Optional(id('Host id that must be online before anything is published; without it births go out at once')),
    clientId: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Known to the broker by this; when left out, `mw-edge-` and the name of the entry' })),
    protocol: Type.Union([Type.Literal('5'), Type.Literal('3.1.1')], { default: '5', description: 'MQTT version' }),
    username: Type.Optional(Type.String({ maxLength: 200, description: 'User name at the broker' })),
    password: Type.Optional(Type.String({ maxLength: 1_000, secret: true, description: 'Password at the broker' })),
    caFile: Type.Optional(Type.String({ maxLength: 4_096, description: 'Certificates (PEM) of the authorities that the broker\'s is checked against; those of Node.js when left out' })),
    certificateFile: Type.Optional(Type.String({ maxLength: 4_096, description: 'Our own certificate (PEM), where the broker asks for one' })),
    keyFile: Type.Optional(Type.String({ maxLength: 4_096, description: 'The key (PEM) of our own certificate' })),
    keepAliveS: Type.Integer({ default: 30, minimum: 5, maximum: 3_600, description: 'Seconds between signs of life' }),
    publishMs: Type.Integer({ default: 250, minimum: 10, maximum: 60_000, description: 'Changes gather for so long before they go out together' }),
    deadbandPercent: Type.Number({ default: 0, minimum: 0, maximum: 50, description: 'A number that changed by less than this share of its signal\'s range is not published; 0 publishes each change' }),
    resendSeconds: Type.Integer({
      default: 60,
      minimum: 0,
      maximum: 3_600,
      description: 'QoS 0 is not acknowledged by the host: after a lost link, a restart or a rebirth, what was sent this long before goes out again, flagged historical',
    }),
    backlogPerSecond: Type.Integer({ default: 20_000, minimum: 100, maximum: 1_000_000, description: 'Samples of the time without a link that are sent each second beside the live ones' }),
    maxLagMegabytes: Type.Integer({ default: 4_096, minimum: 16, maximum: 1_000_000, description: 'Journal that is kept for a time without a link; beyond it the oldest is given up, which an event tells' }),
    maxMetrics: Type.Integer({ default: 50_000, minimum: 1, maximum: 500_000, description: 'Signals that are published at most; further ones are counted and left out' }),
  },
  { additionalProperties: false },
)
export type EdgeNodeSettings = Static<typeof edgeNodeSettings>

/** What Millwright publishes of its own to others. */
export const publishingSettings = Type.Object(
  {
    sparkplug: Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,47}$' }), edgeNodeSettings, {
      default: {},
      maxProperties: MAX_EDGE_NODES,
      description: 'Sparkplug B edge nodes that Millwright is at brokers of others, by names of your own',
    }),
  },
  { additionalProperties: false },
)
export type PublishingSettings = Static<typeof publishingSettings>

/** What is wrong with the settings beyond single ones, with the place of each. */
export function publishingProblems({ sparkplug }: PublishingSettings): { readonly path: string; readonly message: string }[] {
  const problems: { path: string; message: string }[] = []
  const taken = new Map<string, string>()
  for (const [name, { urls, group, node, certificateFile, keyFile }] of Object.entries(sparkplug)) {
    const path = `publishing.sparkplug.${name}`
    if ((certificateFile === undefined) !== (keyFile === undefined)) problems.push({ path: `${path}.${certificateFile === undefined ? 'keyFile' : 'certificateFile'}`, message: 'certificateFile and keyFile go together' })
    for (const url of urls) {
      const who = `${url} ${group}/${node}`
      const other = taken.get(who)
      if (other !== undefined) problems.push({ path: `${path}.node`, message: `${other} is edge node ${group}/${node} at ${url} already` })
      taken.set(who, name)
    }
  }
  return problems
}
