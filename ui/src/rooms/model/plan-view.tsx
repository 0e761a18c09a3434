import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'

interface Named {
  readonly what: 'asset' | 'signal'
  readonly path: string
}

type Scalar = string | number | boolean | null

/** What an import would do, as `POST /api/v1/model` tells it. */
export interface ImportPlan {
  readonly applied: boolean
  readonly counts: Readonly<Record<'created' | 'changed' | 'deleted' | 'unchanged' | 'errors', number>>
  readonly created: readonly Named[]
  readonly changed: readonly (Named & { readonly fields: readonly { readonly field: string; readonly from: Scalar; readonly to: Scalar }[] })[]
  readonly deleted: readonly Named[]
  readonly errors: readonly { readonly row: number; readonly column?: string; readonly problem: string; readonly expected?: string; readonly nearest?: string }[]
}

/** Lines of each kind that are drawn. */
const SHOWN = 200

/** What a file would change, field by field; `children` agrees to it. */
export function PlanView({ plan, file, children }: { readonly plan: ImportPlan; readonly file: string; readonly children: ReactNode }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { counts, created, changed, deleted, errors } = plan
  const isNothing = counts.created + counts.changed + counts.deleted === 0
  return (
    <section className="mw-panel" aria-label={t('model.planTitle', { file })}>
      <h2>{t('model.planTitle', { file })}</h2>
      <div className="mw-row mw-plan-counts">
        {(['created', 'changed', 'deleted', 'unchanged', 'errors'] as const).map((name) => (
          <span key={name} className={name === 'errors' && counts.errors > 0 ? 'mw-state-bad' : counts[name] === 0 ? 'mw-faint' : ''}>
            {t(`model.${name}`)} <b className="mw-number">{format.count(counts[name])}</b>
          </span>
        ))}
      </div>
      {errors.length > 0 ? (
        <>
          <p className="mw-state-bad">{t('model.planErrors', { count: counts.errors })}</p>
          <div className="mw-table-box" tabIndex={0} role="group" aria-label={t('model.errors')}>
            <table className="mw-table">
              <thead>
                <tr>
                  <th>{t('model.row')}</th>
                  <th>{t('model.column')}</th>
                  <th>{t('model.problem')}</th>
                </tr>
              </thead>
              <tbody>
                {errors.slice(0, SHOWN).map(({ row, column, problem, expected, nearest }, index) => (
                  <tr key={index}>
                    <td className="mw-number">{row}</td>
                    <td>{column}</td>
                    <td>
                      {problem} <span className="mw-soft">{[expected, nearest].filter((part) => part !== undefined).join(' · ')}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      ) : isNothing ? (
        <p>{t('model.planNothing')}</p>
      ) : (
        <>
          <div className="mw-plan">
            {deleted.slice(0, SHOWN).map(({ what, path }) => (
              <div key={`d ${path}`} className="mw-plan-line mw-plan-deleted">
                <b>−</b>
                <span>{path}</span>
                <span className="mw-faint">{t(`model.${what}`)}</span>
              </div>
            ))}
            {changed.slice(0, SHOWN).map(({ what, path, fields }) => (
              <div key={`c ${path}`} className="mw-plan-line">
                <b>±</b>
                <span>
                  {path}
                  {fields.map(({ field, from, to }) => (
                    <span key={field} className="mw-plan-field">
                      {field} <del>{from === null ? '–' : String(from)}</del> → <ins>{to === null ? '–' : String(to)}</ins>
                    </span>
                  ))}
                </span>
                <span className="mw-faint">{t(`model.${what}`)}</span>
              </div>
            ))}
            {created.slice(0, SHOWN).map(({ what, path }) => (
              <div key={`n ${path}`} className="mw-plan-line">
                <b>+</b>
                <span>{path}</span>
                <span className="mw-faint">{t(`model.${what}`)}</span>
              </div>
            ))}
          </div>
          {children}
        </>
      )}
    </section>
  )
}
