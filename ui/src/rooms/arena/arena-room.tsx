import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WireArena } from '@millwright/model/wire/arena.ts'
import { arenaQuery, cancelContest, runContest } from '../../api/arena-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useNow } from '../../live/use-live.ts'
import { requireAuthor } from '../../parts/author.ts'
import { JudgingHead } from '../../parts/judging-head.tsx'
import { Failure, QueryView } from '../../parts/view-state.tsx'
import { Leaderboard } from './leaderboard.tsx'
import './arena.css'

/** Detectors and predictors on recorded data of others, beside what is published; and how each number was made. */
export function ArenaRoom() {
  const { t } = useTranslation()
  const query = useQuery(arenaQuery)
  return (
    <div className="mw-room mw-arena">
      <JudgingHead area="arena" />
      <p className="mw-soft mw-arena-lead">{t('arena.lead')}</p>
      <QueryView query={query}>
        {(arena) => (
          <>
            <Contests arena={arena} />
            {arena.tables.length === 0 && <p className="mw-faint">{t('arena.none')}</p>}
            {arena.tables.map((table) => (
              <Leaderboard key={table.contest} table={table} />
            ))}
          </>
        )}
      </QueryView>
    </div>
  )
}

/** The collections, each with a button that runs it here. */
function Contests({ arena: { contests, tables, running, failure } }: { readonly arena: WireArena }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nowMs = useNow()
  const client = useQueryClient()
  const after = { onSettled: () => client.invalidateQueries({ queryKey: ['arena'] }) }
  const run = useMutation({ mutationFn: ({ contest, by }: { readonly contest: string; readonly by: string }) => runContest(contest, by), ...after })
  const cancel = useMutation({ mutationFn: cancelContest, ...after })
  const error = run.error ?? cancel.error
  return (
    <section className="mw-panel" aria-label={t('arena.contests')}>
      <h2>{t('arena.contests')}</h2>
      <ul className="mw-contests">
        {contests.map(({ name, missing }) => {
          const table = tables.find(({ contest }) => contest === name)
          const isRunning = running?.contest === name
          return (
            <li key={name}>
              <a href={`#${name}`} className="mw-contest-name">
                {name}
              </a>
              <span className="mw-soft" role={isRunning ? 'status' : undefined}>
                {isRunning
                  ? t('arena.running', { span: format.span(Math.max(0, nowMs - running.since)), by: running.by })
                  : table === undefined
                    ? t('arena.never')
                    : table.made === null
                      ? t('arena.released')
                      : t('arena.made', { time: format.time(table.made), span: format.span(table.tookMs ?? 0), by: table.by ?? '–' })}
                {missing !== null && <span className="mw-faint"> {t('arena.missing', { reason: missing })}</span>}
                {failure?.contest === name && <span className="mw-state-outside"> {t('arena.failed', { reason: failure.reason })}</span>}
              </span>
              {isRunning ? (
                <Button size="small" loading={cancel.isPending} onClick={() => cancel.mutate()}>
                  {t('arena.cancel')}
                </Button>
              ) : (
                <Button
                  size="small"
                  disabled={missing !== null || running !== null}
                  onClick={() => {
                    const by = requireAuthor()
                    if (by !== undefined) run.mutate({ contest: name, by })
                  }}
                >
                  {t('arena.run')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      <p className="mw-faint">{t('arena.cost')}</p>
      {error !== null && <Failure error={error} compact />}
    </section>
  )
}
