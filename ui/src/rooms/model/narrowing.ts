import { useSearchParams } from 'react-router'
import type { ListChoice } from '../../api/queries.ts'
import { useComposedText, type ComposedText } from '../../parts/use-composed-text.ts'

const PAGE = 100

/** What a list of the model is narrowed to: words, and the asset below which to look. */
export interface Narrowing {
  readonly search: ComposedText
  readonly under: ComposedText
  readonly choice: ListChoice
}

/** A narrowing that begins with the asset of the address. */
export function useNarrowing(): Narrowing {
  const [address] = useSearchParams()
  const search = useComposedText()
  const under = useComposedText(address.get('under') ?? '')
  return { search, under, choice: { search: search.words, under: under.words === '' ? undefined : under.words, limit: PAGE } }
}
