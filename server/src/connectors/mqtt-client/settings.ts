import { Type, type Static } from 'typebox'
import { MW_PREFIX } from '../payload/mw-intake.ts'
import { silenceS } from '../source.ts'

/** One connection to an outside MQTT broker. */
export const mqttClientSettings = Type.Object(
  {
    url: Type.String({ pattern: '^(mqtt|mqtts|ws|wss)://[^\\s@]+$', description: 'The broker: mqtt://host:1883, mqtts://host:8883, ws:// or wss://; credentials have settings of their own' }),
    clientId: Type.String({ minLength: 1, maxLength: 64, description: 'Known to the broker by this; keep it, the broker keeps missed messages for it' }),
    protocol: Type.Union([Type.Literal('5'), Type.Literal('3.1.1')], { default: '5', description: 'MQTT version' }),
    username: Type.Optional(Type.String({ maxLength: 200, description: 'User name at the broker' })),
    passwordVariable: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'Environment variable that holds the password' })),
    topics: Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
      minItems: 1,
      maxItems: 100,
      description: 'Topic filters; $share/<group>/<filter> shares the messages with other clients of the group',
    }),
    prefix: Type.String({ default: MW_PREFIX, maxLength: 500, description: 'What stands in topics before the asset path' }),
    under: Type.String({ default: '', maxLength: 500, description: 'Asset path below which the assets of this broker are put' }),
    keepAliveS: Type.Integer({ default: 30, minimum: 5, maximum: 3600, description: 'Seconds between signs of life' }),
    sessionExpiryS: Type.Integer({ default: 86_400, minimum: 0, maximum: 4_294_967_294, description: 'How long the broker keeps messages while we are away (MQTT 5)' }),
    silenceS,
  },
  { additionalProperties: false },
)
export type MqttClientSettings = Static<typeof mqttClientSettings>
