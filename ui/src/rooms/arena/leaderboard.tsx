import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ARENA_PARTS, type ArenaPart, type WireArenaTable } from '@millwright/model/wire/arena.ts'
import { removeBrought, tableUrl } from '../../api/arena-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { orderedRows, type Order } from './ordered-rows.ts'

/** One collection: who reached what on which part, what a sample cost, and how it was made. */
export function Leaderboard({ table }: { readonly table: WireArenaTable }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const remove = useMutation({ mutationFn: ({ who, by }: { readonly who: string; readonly by: string }) => removeBrought(table.contest, who, by), onSettled: () => client.invalidateQueries({ queryKey: ['arena'] }) })
  const limits = new Map(table.rows.flatMap(({ who, limit }) => (limit === null ? [] : [[who, limit] as const])))
  const parts = ARENA_PARTS.filter((part) => table.rows.some(({ on }) => on === part))
  const [shown, setShown] = useState<readonly ArenaPart[]>(parts)
  const [order, setOrder] = useState<Order>()
  const rows = orderedRows(table.rows.filter(({ on }) => shown.includes(on)), order)
  const press = (column: number | 'cost') => setOrder((now) => (now?.column !== column ? { column, isFalling: true } : now.isFalling ? { column, isFalling: false } : undefined))
  const sortOf = (column: number | 'cost') => (order?.column !== column ? 'none' : order.isFalling ? 'descending' : 'ascending')
  return (
    <section className="mw-panel" id={table.contest} aria-label={table.title}>
      <div className="mw-arena-bar">
        <h2>{table.title}</h2>
        <div className="mw-arena-parts" role="group" aria-label={t('arena.parts')}>
          {parts.map((part) => (
            <label key={part} title={t(`arena.partHelp.${part}`)}>
              <input type="checkbox" checked={shown.includes(part)} onChange={() => setShown(shown.includes(part) ? shown.filter((one) => one !== part) : [...shown, part])} />
              {t(`arena.part.${part}`)}
            </label>
          ))}
        </div>
      </div>
      <div className="mw-table-box" tabIndex={0} role="region" aria-label={table.title}>
        <table className="mw-table mw-arena-table">
          <thead>
            <tr>
              <th>{t('arena.who')}</th>
              <th>{t('arena.on')}</th>
              {table.columns.map(({ name }, index) => (
                <th key={name} className="mw-right" aria-sort={sortOf(index)}>
                  <button type="button" onClick={() => press(index)}>
                    {name}
                    <Arrow sort={sortOf(index)} />
                  </button>
                </th>
              ))}
              <th className="mw-right" aria-sort={sortOf('cost')}>
                <button type="button" onClick={() => press('cost')} title={t('arena.costHelp')}>
                  {t('arena.perSample')}
                  <Arrow sort={sortOf('cost')} />
                </button>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ who, on, values, costUs, brought }, index) => (
              <tr key={`${who} ${on} ${index}`} className={on === 'published' ? 'mw-arena-published' : undefined}>
                <td>
                  {who}
                  {brought !== undefined && (
                    <span className="mw-faint mw-arena-brought">
                      {t('arena.brought', { by: brought.by, time: format.time(brought.made) })}{' '}
                      <Button
                        size="small"
                        type="link"
                        aria-label={`${t('arena.remove')} ${who}`}
                        onClick={() => {
                          const by = requireAuthor()
                          if (by !== undefined) remove.mutate({ who, by })
                        }}
                      >
                        {t('arena.remove')}
                      </Button>
                    </span>
                  )}
                </td>
                <td>{t(`arena.part.${on}`)}</td>
                {table.columns.map(({ name, digits }, column) => {
                  const value = values[column]
                  return (
                    <td key={name} className="mw-right mw-number">
                      {value === null || value === undefined ? '–' : value.toFixed(digits)}
                    </td>
                  )
                })}
                <td className="mw-right mw-number">{costUs === null ? '–' : `${format.value(Number(costUs.toPrecision(2)))} µs`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {remove.error !== null && <Failure error={remove.error} compact />}
      <div className="mw-arena-how">
        <p>
          <b>{t('arena.how')}</b> {table.protocol}
        </p>
        {(table.halves !== null || limits.size > 0) && (
          <details>
            <summary>{t('arena.declared')}</summary>
            <ul>
              {table.halves !== null && <li>{t('arena.halves', { halves: table.halves })}</li>}
              {[...limits].map(([who, limit]) => (
                <li key={who}>
                  {who}: {limit}
                </li>
              ))}
            </ul>
          </details>
        )}
        <p className="mw-row">
          {table.measured !== null && <span>{t('arena.measured', { time: format.dateTime(table.measured), code: table.code ?? '–' })}</span>}
          <span>
            {t('arena.take')}{' '}
            {(['markdown', 'csv', 'json'] as const).map((as) => (
              <a key={as} className="mw-arena-take" href={tableUrl(table.contest, as)} download>
                {t(`arena.as.${as}`)}
              </a>
            ))}
          </span>
        </p>
      </div>
    </section>
  )
}

function Arrow({ sort }: { readonly sort: 'none' | 'ascending' | 'descending' }) {
  return <span aria-hidden="true">{sort === 'none' ? '' : sort === 'descending' ? ' ↓' : ' ↑'}</span>
}
