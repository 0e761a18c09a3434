import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireInboxEntry } from '@millwright/model/wire/inbox.ts'
import { askJson } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { unitText } from '../../i18n/unit.ts'
import { Empty, QueryView } from '../../parts/view-state.tsx'

type State = WireInboxEntry['state']
type Decision = 'accept' | 'reject' | 'forget'

const SHOWN = 1_000
const EVERY_MS = 5_000
const DONE = { accept: 'model.accepted', reject: 'model.rejectedDone', forget: 'model.forgotten' } as const

/** Signals that machines named and nobody has decided on. */
export function InboxTab() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [state, setState] = useState<State>('waiting')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [moved, setMoved] = useState<ReadonlyMap<string, string>>(new Map())
  const query = useQuery({
    queryKey: ['inbox', state],
    queryFn: ({ signal }) => askJson<{ readonly items: readonly WireInboxEntry[]; readonly total: number }>('/api/v1/inbox', { query: { state, limit: SHOWN }, signal }),
    refetchInterval: EVERY_MS,
  })
  const decide = useMutation({
    mutationFn: ({ decision, paths }: { readonly decision: Decision; readonly paths: readonly string[] }) => {
      const body = decision === 'accept' ? { signals: paths.map((path) => ({ path, ...(moved.has(path) && { to: moved.get(path) }) })) } : { paths }
      return askJson(`/api/v1/inbox/${decision}`, { method: 'POST', body })
    },
    onSuccess: (_, { decision, paths }) => {
      void message.success(t(DONE[decision], { count: paths.length }))
      setChosen(new Set())
    },
    onError: (error) => void message.error(error instanceof ApiProblem ? error.problem.detail : t('state.unreachable'), 8),
    onSettled: () => void queries.invalidateQueries(),
  })
  const shown = query.data?.items ?? []
  const paths = shown.map(({ path }) => path).filter((path) => chosen.has(path))
  const isAll = shown.length > 0 && paths.length === shown.length
  return (
    <>
      <div className="mw-row">
        <Segmented aria-label={t('model.inbox')} value={state} options={[{ value: 'waiting', label: t('model.waiting') }, { value: 'rejected', label: t('model.rejected') }]} onChange={(value) => setState(value as State)} />
        <span className="mw-faint">{t('model.inboxText')}</span>
      </div>
      {paths.length > 0 && (
        <div className="mw-bulk" role="toolbar" aria-label={t('model.inbox')}>
          <b>{t('model.chosen', { count: paths.length })}</b>
          <Button type="primary" onClick={() => decide.mutate({ decision: 'accept', paths })}>{t('model.accept')}</Button>
          {state === 'waiting' && <Button onClick={() => decide.mutate({ decision: 'reject', paths })}>{t('model.reject')}</Button>}
          <Button type="text" onClick={() => decide.mutate({ decision: 'forget', paths })}>{t('model.forget')}</Button>
        </div>
      )}
      <QueryView query={query} isEmpty={({ items }) => items.length === 0} empty={<Empty title={t('model.inboxNone')}><p>{t('model.inboxAuto')}</p></Empty>}>
        {({ items }) => (
          <div className="mw-edit-box" role="region" aria-label={t('model.inbox')} tabIndex={0}>
            <table className="mw-edit">
              <thead>
                <tr>
                  <th>
                    <input type="checkbox" checked={isAll} aria-label={t('model.all')} onChange={() => setChosen(isAll ? new Set() : new Set(items.map(({ path }) => path)))} />
                  </th>
                  <th>{t('model.path')}</th>
                  <th>{t('model.kind')}</th>
                  <th>{t('model.example')}</th>
                  <th>{t('model.source')}</th>
                  <th>{t('model.lastSeen')}</th>
                  <th>{t('model.refusedCount')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((entry) => (
                  <Line key={entry.path} entry={entry} isChosen={chosen.has(entry.path)} to={moved.get(entry.path) ?? entry.path} onChoose={() => {
                      const next = new Set(chosen)
                      if (!next.delete(entry.path)) next.add(entry.path)
                      setChosen(next)
                    }} onMove={(to) => setMoved(new Map(moved).set(entry.path, to))} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </QueryView>
    </>
  )
}

interface LineProps {
  readonly entry: WireInboxEntry
  readonly isChosen: boolean
  readonly to: string
  readonly onChoose: () => void
  readonly onMove: (to: string) => void
}

function Line({ entry: { path, kind, unit, example, source, lastSeen, count }, isChosen, to, onChoose, onMove }: LineProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <tr className={isChosen ? 'mw-edit-chosen' : ''}>
      <td>
        <input type="checkbox" checked={isChosen} aria-label={path} onChange={onChoose} />
      </td>
      <td>
        <input className="mw-cell-input" value={to} aria-label={`${t('model.moveTo')}: ${path}`} onChange={(event) => onMove(event.target.value)} />
      </td>
      <td>{t(`signal.${kind}`)}</td>
      <td className="mw-number">
        {example} <span className="mw-faint">{unitText(unit)}</span>
      </td>
      <td>{source}</td>
      <td className="mw-number">{format.time(lastSeen)}</td>
      <td className="mw-number">{format.count(count)}</td>
    </tr>
  )
}
