import { Type, type Static } from 'typebox'
import { silenceS } from '../../source.ts'
import { sparkplugHostProperties } from '../settings.ts'

/** One connection to an outside broker on which edge nodes speak Sparkplug B. */
export const outsideSettings = Type.Object(
  {
    url: Type.String({ pattern: '^(mqtt|mqtts|ws|wss)://[^\\s@]+$', description: 'The broker: mqtt://host:1883, mqtts://host:8883, ws:// or wss://; credentials have settings of their own' }),
    clientId: Type.String({ minLength: 1, maxLength: 64, description: 'Known to the broker by this' }),
    protocol: Type.Union([Type.Literal('5'), Type.Literal('3.1.1')], { default: '5', description: 'MQTT version' }),
    username: Type.Optional(Type.String({ maxLength: 200, description: 'User name at the broker' })),
    passwordVariable: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'Environment variable that holds the password' })),
    groups: Type.Array(Type.String({ pattern: '^[^+/#]+$', maxLength: 200 }), { default: [], maxItems: 100, description: 'Groups of edge nodes to listen to; all when empty' }),
    keepAliveS: Type.Integer({ default: 30, minimum: 5, maximum: 3600, description: 'Seconds between signs of life' }),
    ...sparkplugHostProperties,
    silenceS,
  },
  { additionalProperties: false },
)
export type OutsideSettings = Static<typeof outsideSettings>
