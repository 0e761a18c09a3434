import { Type, type Static } from 'typebox'
import type { SearchQuery } from '../plant/asset-model.ts'

/** Parameters that all listings of the plant model take. */
export const listParameters = Type.Object(
  {
    under: Type.Optional(Type.String({ maxLength: 1_000, description: 'Only this asset and what lies below it', examples: ['acme/line1'] })),
    search: Type.Optional(
      Type.String({ maxLength: 200, description: 'Every word must occur in path, description or type; pinyin initials find Chinese names' }),
    ),
    direct: Type.Optional(Type.Boolean({ default: false, description: 'Only what lies directly below "under", or the roots' })),
    limit: Type.Optional(Type.Integer({ default: 100, minimum: 1, maximum: 10_000, description: 'Items of one page' })),
    cursor: Type.Optional(Type.String({ maxLength: 4_000, description: '"next" of the page before' })),
  },
  { additionalProperties: false },
)

/** The parameters as the plant model takes them. */
export function listQuery({ under, search, direct, limit, cursor }: Static<typeof listParameters>): SearchQuery {
  return {
    ...(under !== undefined && { under }),
    ...(search !== undefined && { search }),
    ...(direct !== undefined && { direct }),
    limit: limit ?? 100,
    ...(cursor !== undefined && { cursor }),
  }
}
