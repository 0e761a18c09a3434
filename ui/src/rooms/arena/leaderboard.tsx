import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ARENA_PARTS, type ArenaPart, type WireArenaTable } from '@millwright/model/wire/arena.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { orderedRows, type Order } from './ordered-rows.ts'

/** One collection: who reached what on which part, what a sample cost, and how it was made. */
export function Leaderboard({ table }: { readonly table: WireArenaTable }) {
  const { t } = useTranslation()
  const format = useFormat()
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
            {rows.map(({ who, on, values, costUs }, index) => (
              <tr key={`${who} ${on} ${index}`} className={on === 'published' ? 'mw-arena-published' : undefined}>
                <td>{who}</td>
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
      <p className="mw-arena-how">
        <b>{t('arena.how')}</b> {table.protocol}
      </p>
    </section>
  )
}

function Arrow({ sort }: { readonly sort: 'none' | 'ascending' | 'descending' }) {
  return <span aria-hidden="true">{sort === 'none' ? '' : sort === 'descending' ? ' ↓' : ' ↑'}</span>
}
