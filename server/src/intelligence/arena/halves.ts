/** The halves of a collection: choices are made on `tune`, results are reported on `report`. */
export type Half = 'tune' | 'report'

/** The same as a sentence, for tables. */
export const HALVES_BY_NAME = 'parts in the order of their names: the first, third, fifth … are the tuning half, the second, fourth, sixth … the report half'

/**
 * The declared protocol of the arena: the parts of a collection sorted by name, every second one to each half, the first to `tune`.
 * It knows nothing of labels or results, so nobody can have chosen it for its outcome.
 */
export function inHalf<T extends { readonly name: string }>(parts: readonly T[], half: Half): T[] {
  const rest = half === 'tune' ? 0 : 1
  return parts.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).filter((_, index) => index % 2 === rest)
}
