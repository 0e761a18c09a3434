import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { askJson } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { FaultKind, FaultTruth } from '../../api/simulator-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { usePreferences } from '../../theme/preferences.ts'
import { isWorded } from './variant.ts'

/** A fault that began less than this ago is watched as it grows. */
const YOUNG_MS = 30 * 60_000
const MAX_SIGNALS = 4

/** The trend in which a fault is seen: live while it is young, else the time of the fault with some before and after, and a mark where it began. */
function trendOf(shows: readonly string[], beginMs: number, endMs: number | undefined): string {
  const signals = shows.slice(0, MAX_SIGNALS)
  const now = Date.now()
  if (endMs === undefined && now - beginMs < YOUNG_MS) return `${links.trend(signals)}&last=15m`
  const toMs = endMs ?? now
  const room = (toMs - beginMs) / 4
  return links.trend(signals, { fromMs: beginMs - room, toMs: Math.min(now, toMs + room), markMs: beginMs })
}

/** Faults with where they are, how long they last, and the way to see them. */
export function FaultList({ faults, kinds, canClear }: { readonly faults: readonly FaultTruth[]; readonly kinds: readonly FaultKind[]; readonly canClear: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { language } = usePreferences()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const clear = useMutation({
    mutationFn: (id: number) => askJson(`/api/v1/simulator/faults/${id}`, { method: 'DELETE' }),
    onError: (error) => void message.error(error instanceof ApiProblem ? error.problem.detail : error.message),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['simulator'] }),
  })
  return (
    <ul className="mw-faults">
      {faults.map(({ id, kind, target, variant, asset, severity, beginUs, endUs, shows }) => (
        <li key={id}>
          <div>
            <b>{kinds.find((one) => one.kind === kind)?.words[language] ?? kind}</b> <span className="mw-faint">{[isWorded(variant) ? t(`simulator.variants.${variant}`) : variant, format.percent(severity)].filter((part) => part !== '').join(' · ')}</span>
            <div>
              <Link to={links.plant(asset)}>{target}</Link>
            </div>
            <div className="mw-faint">
              {t('simulator.began')} {format.dateTime(beginUs / 1_000)} · {endUs === undefined ? t('simulator.running') : `${t('simulator.ended')} ${format.dateTime(endUs / 1_000)}`}
            </div>
          </div>
          <div className="mw-row">
            {shows.length > 0 && <Link className="mw-button" to={trendOf(shows, beginUs / 1_000, endUs === undefined ? undefined : endUs / 1_000)}>{t('simulator.open')}</Link>}
            {canClear && <Button onClick={() => clear.mutate(id)}>{t('simulator.clear')}</Button>}
          </div>
        </li>
      ))}
    </ul>
  )
}
