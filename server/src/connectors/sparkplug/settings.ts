import { Type, type Static } from 'typebox'

/** Options of Millwright as a Sparkplug B host application, wherever the messages come from. */
export const sparkplugHostProperties = {
  hostId: Type.String({ default: 'millwright', pattern: '^[^+/#\\u0000]{1,200}$', description: 'Sparkplug host id: edge nodes that name it as their primary host wait until it is online. Unique in the infrastructure' }),
  under: Type.String({ default: '', maxLength: 500, description: 'Asset path below which edge nodes are put, as <group>/<edge node>/<device>' }),
  paths: Type.Array(
    Type.Object(
      {
        from: Type.String({ pattern: '^[^/#]+/[^/#]+(/[^/#]+)?$', maxLength: 500, description: 'Group and edge node, and a device where it is about devices; + stands for any one' }),
        to: Type.String({ minLength: 1, maxLength: 500, description: 'Asset path; {group}, {node} and {device} are filled in' }),
      },
      { additionalProperties: false },
    ),
    { default: [], maxItems: 1_000, description: 'Asset paths for edge nodes and devices that do not go by the default; the first that fits counts' },
  ),
  folders: Type.Union([Type.Literal('assets'), Type.Literal('signals')], {
    default: 'assets',
    description: 'Metric Motor/Speed: `assets` makes it signal Speed of the asset Motor below the device, `signals` the signal Motor.Speed of the device',
  }),
  reorderTimeoutMs: Type.Integer({ default: 2_000, minimum: 0, maximum: 60_000, description: 'How long a missing message may take to arrive before a rebirth is requested' }),
  rebirthIntervalS: Type.Integer({ default: 5, minimum: 1, maximum: 3_600, description: 'Least time between two rebirth requests to one edge node; it doubles while they do not help' }),
  ownerSeconds: Type.Integer({
    default: 10,
    minimum: 0,
    maximum: 3_600,
    description: 'Messages of an edge node are refused from other clients than the one that sent its birth, until that has been silent for this long; 0 takes them from all',
  }),
  maxNodes: Type.Integer({ default: 10_000, minimum: 1, maximum: 1_000_000, description: 'Edge nodes; further ones are refused' }),
  maxDevicesPerNode: Type.Integer({ default: 5_000, minimum: 1, maximum: 100_000, description: 'Devices of one edge node; further ones are refused' }),
  maxMetricsPerBirth: Type.Integer({ default: 100_000, minimum: 1, maximum: 1_000_000, description: 'Metrics of one birth, with the leaves of templates and data sets; a larger birth is refused' }),
}

/** The embedded broker's Sparkplug. */
export const sparkplugSettings = Type.Object(
  {
    enabled: Type.Boolean({ default: true, description: 'Take Sparkplug B messages (spBv1.0/#) that come to the embedded broker' }),
    ...sparkplugHostProperties,
    certificates: Type.Boolean({ default: true, description: 'Keep births retained under $sparkplug/certificates/ and give deaths the time of their delivery (Sparkplug aware MQTT server)' }),
  },
  { additionalProperties: false },
)
export type SparkplugSettings = Static<typeof sparkplugSettings>

const hostSettings = Type.Object(sparkplugHostProperties)
/** What the host itself needs of the settings. */
export type SparkplugHostSettings = Static<typeof hostSettings>
