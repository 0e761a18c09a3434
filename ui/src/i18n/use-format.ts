import { useQuery } from '@tanstack/react-query'
import { statusQuery } from '../api/queries.ts'
import { usePreferences } from '../theme/preferences.ts'
import { formatOf, type Format } from './format.ts'

const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The zone that times are shown in: the plant's, or the browser's where somebody chose that (and until the plant's is known). */
export function useZone(): string {
  const { zone } = usePreferences()
  const { data } = useQuery({ ...statusQuery(), staleTime: Number.POSITIVE_INFINITY, enabled: zone === 'plant' })
  return zone === 'plant' ? (data?.timezone ?? BROWSER_ZONE) : BROWSER_ZONE
}

/** How numbers and times are written now. */
export function useFormat(): Format {
  const { language } = usePreferences()
  return formatOf(language, useZone())
}
