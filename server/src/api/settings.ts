import { Type, type Static } from 'typebox'

/** Settings of the HTTP API: who may ask, and how much one may ask for. Where it listens is the command line's business. */
export const apiSettings = Type.Object(
  {
    allowedHosts: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      maxItems: 100,
      description: 'Names by which browsers may reach the server besides localhost and loopback addresses (guards against DNS rebinding)',
    }),
    allowedOrigins: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      maxItems: 100,
      description: 'Web origins besides our own, such as https://mes.example, that may read and write (CORS)',
    }),
    maxConnections: Type.Integer({ default: 2_000, minimum: 10, maximum: 100_000, description: 'Open HTTP connections; more are refused' }),
    headersTimeoutMs: Type.Integer({ default: 10_000, minimum: 100, maximum: 600_000, description: 'Time for a request to bring its headers' }),
    requestTimeoutMs: Type.Integer({ default: 120_000, minimum: 100, maximum: 3_600_000, description: 'Time for a request to bring its body' }),
    idleTimeoutMs: Type.Integer({ default: 120_000, minimum: 1_000, maximum: 3_600_000, description: 'A connection on which nothing moves for so long is closed' }),
    maxBodyBytes: Type.Integer({ default: 4 * 1024 * 1024, minimum: 1_024, maximum: 64 * 1024 * 1024, description: 'Size of a JSON request body' }),
    maxImportBytes: Type.Integer({ default: 128 * 1024 * 1024, minimum: 1_024, maximum: 1024 * 1024 * 1024, description: 'Size of a plant model that is sent for import' }),
    queryTimeoutMs: Type.Integer({ default: 30_000, minimum: 10, maximum: 3_600_000, description: 'Time for the answer of one query' }),
    exportTimeoutMs: Type.Integer({ default: 100_000, minimum: 10, maximum: 3_600_000, description: 'Time to prepare one Parquet export' }),
    maxQueries: Type.Integer({ default: 8, minimum: 1, maximum: 1_000, description: 'Queries that run at once' }),
    maxQueuedQueries: Type.Integer({ default: 200, minimum: 0, maximum: 100_000, description: 'Queries that wait for their turn; more are refused' }),
    maxExpensive: Type.Integer({ default: 2, minimum: 1, maximum: 100, description: 'SQL statements and exports that run at once' }),
    maxQueuedExpensive: Type.Integer({ default: 16, minimum: 0, maximum: 10_000, description: 'SQL statements and exports that wait for their turn' }),
    queueTimeoutMs: Type.Integer({ default: 10_000, minimum: 10, maximum: 600_000, description: 'Longest wait for a turn' }),
    maxSamplesPerAnswer: Type.Integer({ default: 100_000, minimum: 100, maximum: 10_000_000, description: 'Samples or buckets in one JSON answer' }),
    maxSignalsPerQuery: Type.Integer({ default: 1_000, minimum: 1, maximum: 100_000, description: 'Signals in one query or export' }),
    sqlRows: Type.Integer({ default: 10_000, minimum: 1, maximum: 1_000_000, description: 'Rows of one SQL answer' }),
    sqlTimeoutMs: Type.Integer({ default: 20_000, minimum: 10, maximum: 3_600_000, description: 'Time for one SQL statement' }),
    maxLiveClients: Type.Integer({ default: 1_000, minimum: 1, maximum: 100_000, description: 'Open live streams' }),
    maxLiveSignals: Type.Integer({ default: 20_000, minimum: 1, maximum: 1_000_000, description: 'Signals in one live stream' }),
    liveIntervalMs: Type.Integer({ default: 50, minimum: 10, maximum: 60_000, description: 'Changes are gathered for at least so long before they are sent' }),
    liveHeartbeatMs: Type.Integer({ default: 15_000, minimum: 100, maximum: 600_000, description: 'Time between signs of life on a live stream' }),
    liveFrozenMs: Type.Integer({ default: 30_000, minimum: 100, maximum: 600_000, description: 'A live client that takes nothing for so long is disconnected' }),
  },
  { additionalProperties: false },
)
export type ApiSettings = Static<typeof apiSettings>
