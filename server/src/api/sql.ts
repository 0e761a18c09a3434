import { Type } from 'typebox'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { answers } from './route-schema.ts'

const sqlBody = Type.Object(
  {
    sql: Type.String({ minLength: 1, maxLength: 100_000, description: 'One read-only statement in the dialect of DuckDB' }),
    limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Rows of the answer; not more than the settings allow' })),
  },
  { additionalProperties: false, examples: [{ sql: "SELECT signal, count(*) FROM samples WHERE time > now() - INTERVAL 1 DAY GROUP BY signal" }] },
)

const sqlAnswer = Type.Object(
  {
    columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String({ description: 'Type in DuckDB' }) })),
    rows: Type.Array(Type.Array(Type.Unknown())),
    truncated: Type.Boolean({ description: 'There were more rows than the limit' }),
  },
  { additionalProperties: false },
)

/** Read-only SQL over samples, signals, assets and events. */
export function registerSql(app: ApiServer, { history, expensive, settings }: RouteParts): void {
  app.post(
    '/api/v1/sql',
    {
      schema: {
        tags: ['sql'],
        operationId: 'sql',
        summary: 'Ask in SQL',
        description: 'One statement over the tables samples, signals, assets and events. Rows, time and memory are limited; nothing else can be reached.',
        body: sqlBody,
        response: answers({ 200: sqlAnswer }, ['PAYLOAD_INVALID', 'QUERY_INVALID', 'QUERY_TOO_EXPENSIVE', 'OVERLOADED']),
      },
    },
    async ({ body }) => {
      const limits = { rows: Math.min(body.limit ?? settings.sqlRows, settings.sqlRows), timeMs: settings.sqlTimeoutMs }
      // The statement ends itself at its limit; the longer deadline is for a history thread that does not answer.
      const { columns, rows, truncated } = await expensive.run(settings.sqlTimeoutMs + 5_000, () => history.sql(body.sql, limits))
      return { columns: [...columns], rows: rows.map((row) => [...row]), truncated }
    },
  )
}
