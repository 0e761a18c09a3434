import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { WireEvents } from '@millwright/model/wire/event.ts'
import { askJson } from '../../api/client.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { QueryView } from '../../parts/view-state.tsx'

const SHOWN = 20
const EVERY_MS = 5_000

/** What happened lately to an asset and what is below it. */
export function RecentEvents({ under }: { readonly under: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const query = useQuery({
    queryKey: ['events', under],
    queryFn: ({ signal }) => askJson<WireEvents>('/api/v1/events', { query: { under, limit: SHOWN }, signal }),
    refetchInterval: EVERY_MS,
  })
  return (
    <section className="mw-panel" aria-label={t('machine.events')}>
      <h2>{t('machine.events')}</h2>
      <QueryView query={query} isEmpty={({ events }) => events.length === 0} empty={<p className="mw-faint">{t('machine.noEvents')}</p>}>
        {({ events }) => (
          <ol className="mw-events">
            {events.map(({ time, kind, path, data }, index) => (
              <li key={`${time} ${index}`}>
                <span className="mw-faint mw-number">{format.time(time)}</span>
                <b>{kind}</b>
                {path !== null && path !== under && <span className="mw-soft">{path.slice(under.length + 1)}</span>}
                {Object.keys(data).length > 0 && <code className="mw-faint">{JSON.stringify(data).slice(0, 160)}</code>}
              </li>
            ))}
          </ol>
        )}
      </QueryView>
    </section>
  )
}
