import { Type, type TSchema } from 'typebox'

/** A page of a listing. */
export function listingSchema<T extends TSchema>(item: T) {
  return Type.Object(
    {
      items: Type.Array(item),
      next: Type.Union([Type.String(), Type.Null()], { description: 'Give it as "cursor" for the next page; null on the last one' }),
      total: Type.Union([Type.Integer(), Type.Null()], { description: 'How many there are in all; null where that is not known' }),
    },
    { additionalProperties: false },
  )
}
