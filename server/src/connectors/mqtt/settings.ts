import { Type, type Static } from 'typebox'

const count = (fallback: number, maximum: number, description: string, minimum = 1) =>
  Type.Integer({ default: fallback, minimum, maximum, description })

/** Options and limits of the embedded MQTT broker. Every queue that the broker keeps is bounded by one of them. */
export const mqttSettings = Type.Object(
  {
    maxConnections: count(20_000, 1_000_000, 'Clients connected at once; a further one is answered "quota exceeded"'),
    maxWaitingConnections: count(4_096, 100_000, 'Sockets that have not completed CONNECT; when full, the one waiting longest is closed'),
    connectSeconds: count(5, 300, 'Time in which a new socket must complete its CONNECT packet'),
    packetSeconds: count(10, 600, 'Time in which a packet that has begun must be complete'),
    stallSeconds: count(30, 3_600, 'A client that takes nothing of what waits for it for this long is disconnected'),
    maxKeepAliveSeconds: count(60, 65_535, 'Longest keep alive; MQTT 5 clients that ask for a longer one are told this one'),
    maxPacketBytes: count(1_048_576, 268_435_460, 'Largest packet taken; a larger one is refused at its header', 1_024),
    maxTopicBytes: count(1_024, 65_535, 'Longest topic name or filter, in UTF-8 bytes', 64),
    maxTopicLevels: count(32, 128, 'Most levels of a topic name or filter', 4),
    maxTopicAliases: count(256, 65_535, 'Topic aliases of one connection, each way', 0),
    topicCacheEntries: count(65_536, 4_194_304, 'Topics whose look-ups are kept', 256),
    receiveMaximum: count(1_024, 65_535, 'QoS 1 and 2 messages that an MQTT 5 client may have unacknowledged'),
    maxInflight: count(1_024, 65_535, 'QoS 1 and 2 messages sent to one client and not yet acknowledged'),
    maxUnsettledReads: count(64, 4_096, 'Reads of one client whose messages wait for the disk; when full, its socket is paused', 2),
    maxHeldBytes: count(65_536, 16_777_216, 'Bytes of one client held while senders are paused, before its socket is paused', 1_024),
    maxOutBytes: count(1_048_576, 268_435_456, 'Bytes waiting in memory to be sent to one client; when full, its QoS 0 messages are dropped', 4_096),
    maxQueuedMessages: count(10_000, 10_000_000, 'QoS 1 and 2 messages waiting for one client; when full, the oldest one not yet sent is dropped'),
    maxQueuedBytes: count(67_108_864, 4_294_967_296, 'Bytes of them', 4_096),
    maxSessions: count(50_000, 10_000_000, 'Sessions, of connected and of absent clients'),
    maxSessionSeconds: count(604_800, 4_294_967_294, 'Longest time that the session of an absent client is kept', 0),
    maxSubscriptionsPerClient: count(1_000, 1_000_000, 'Subscriptions of one client'),
    maxRetainedMessages: count(1_000_000, 100_000_000, 'Retained messages; further topics are refused'),
    maxRetainedBytes: count(268_435_456, 17_179_869_184, 'Bytes of all retained messages'),
    maxStoreBytes: count(67_108_864, 4_294_967_296, 'Bytes on their way to the session store; when full, senders are paused', 65_536),
    closedTopics: Type.Array(Type.String({ minLength: 1, maxLength: 1_024 }), {
      default: [],
      maxItems: 1_000,
      description: 'Topic filters that no client may subscribe to',
    }),
    statusSeconds: count(10, 3_600, 'Time between publications of the $SYS topics'),
  },
  { additionalProperties: false },
)

export type MqttSettings = Static<typeof mqttSettings>
