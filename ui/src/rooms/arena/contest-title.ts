import { useTranslation } from 'react-i18next'
import type { WireArenaContest } from '@millwright/model/wire/arena.ts'

/** What a collection is called: known ones by what they are, data sets of the plant by their name and machine. */
export function useContestTitle(): (contest: Pick<WireArenaContest, 'name' | 'title'>) => string {
  const { t } = useTranslation()
  const known: Readonly<Record<string, string>> = {
    skab: t('arena.names.skab'),
    nab: t('arena.names.nab'),
    smap: t('arena.names.smap'),
    tep: t('arena.names.tep'),
    cmapss: t('arena.names.cmapss'),
    forecast: t('arena.names.forecast'),
    simulator: t('arena.names.simulator'),
  }
  return ({ name, title }) => title ?? known[name] ?? name
}
