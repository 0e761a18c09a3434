import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WireArena, WireArenaRun } from '@millwright/model/wire/arena.ts'
import { cancelRun } from '../../api/arena-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useNow } from '../../live/use-live.ts'
import { Failure } from '../../parts/view-state.tsx'
import { useContestTitle } from './contest-title.ts'

/** What runs, how far it is, and what waits; nothing where nothing does. */
export function Runs({ arena: { contests, tables, running, waiting, failure } }: { readonly arena: WireArena }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nowMs = useNow()
  const client = useQueryClient()
  const cancel = useMutation({ mutationFn: cancelRun, onSettled: () => client.invalidateQueries({ queryKey: ['arena'] }) })
  const titleOf = useContestTitle()
  const nameOf = (name: string) => titleOf(contests.find((one) => one.name === name) ?? { name, title: tables.find((one) => one.contest === name)?.title ?? null })
  const whoOf = ({ detectors, model }: WireArenaRun) => [...(model === null ? [] : [model]), ...detectors].join(', ') || t('arena.allOurs')
  const stop = ({ id, contest }: WireArenaRun) => (
    <Button size="small" loading={cancel.isPending && cancel.variables === id} aria-label={`${t('arena.cancel')} ${nameOf(contest)}`} onClick={() => cancel.mutate(id)}>
      {t('arena.cancel')}
    </Button>
  )
  if (running === null && failure === null && cancel.error === null) return null
  return (
    <section className="mw-panel mw-arena-runs" aria-label={t('arena.runs')}>
      {running !== null && (
        <div className="mw-arena-run" role="status">
          <b>{nameOf(running.contest)}</b>
          <span className="mw-soft">
            {whoOf(running)}. {t('arena.running', { span: format.span(Math.max(0, nowMs - running.since)), by: running.by })}
          </span>
          {running.progress === null ? <span className="mw-faint">{t('arena.noProgress')}</span> : <Progress size="small" percent={Math.round(running.progress * 100)} aria-label={nameOf(running.contest)} />}
          {stop(running)}
        </div>
      )}
      {waiting.map((run) => (
        <div key={run.id} className="mw-arena-run">
          <b>{nameOf(run.contest)}</b>
          <span className="mw-soft">{whoOf(run)}</span>
          <span className="mw-faint">{t('arena.waits', { by: run.by })}</span>
          {stop(run)}
        </div>
      ))}
      {failure !== null && <p className="mw-state-outside">{t('arena.failed', { contest: nameOf(failure.contest), reason: failure.reason })}</p>}
      {cancel.error !== null && <Failure error={cancel.error} compact />}
    </section>
  )
}
