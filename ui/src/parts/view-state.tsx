import type { UseQueryResult } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem, Unreachable } from '../api/problem.ts'

/** Shown only when waiting takes long enough to be felt; a flash of a spinner makes a fast page look slow. */
const PATIENCE_MS = 250

/** Something is on its way. */
export function Loading() {
  const { t } = useTranslation()
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="mw-view" role="status" aria-busy="true">
      {isLate && (
        <>
          <div className="mw-loading-bar" aria-hidden="true" />
          <span className="mw-faint">{t('state.loading')}</span>
        </>
      )}
    </div>
  )
}

/** There is nothing here, and what would bring something. */
export function Empty({ title, children }: { readonly title?: string; readonly children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className="mw-view">
      <h2>{title ?? t('state.empty')}</h2>
      {children !== undefined && <div className="mw-view-text">{children}</div>}
    </div>
  )
}

type Remedy = 'unreachable' | 'noRight' | 'notFound' | 'wrongInput' | 'overloaded' | 'internal'

function remedyOf(error: unknown): Remedy {
  if (error instanceof Unreachable) return 'unreachable'
  if (!(error instanceof ApiProblem)) return 'internal'
  const { status } = error.problem
  if (status === 401 || status === 403) return 'noRight'
  if (status === 404) return 'notFound'
  if (status === 429 || status === 503 || status === 507) return 'overloaded'
  return status < 500 ? 'wrongInput' : 'internal'
}

/** What went wrong, in the server's words, and what to do about it. */
export function Failure({ error, onRetry, compact = false }: { readonly error: unknown; readonly onRetry?: (() => void) | undefined; readonly compact?: boolean }) {
  const { t } = useTranslation()
  const problem = error instanceof ApiProblem ? error.problem : undefined
  const remedy = remedyOf(error)
  return (
    <div className={compact ? 'mw-failure mw-failure-compact' : 'mw-failure'} role="alert">
      <h2>{t('state.error')}</h2>
      {remedy !== 'unreachable' && (
        <p>
          <b>{t('state.what')}:</b> {problem?.detail ?? (error instanceof Error ? error.message : String(error))}
        </p>
      )}
      {(problem?.errors?.length ?? 0) > 1 && (
        <ul>
          {problem?.errors?.slice(0, 10).map(({ pointer, parameter, detail }, index) => (
            <li key={index}>
              <code>{pointer ?? parameter}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      <p>
        <b>{t('state.todo')}:</b> {t(`state.${remedy}`)}
      </p>
      <div className="mw-row">
        {onRetry !== undefined && <Button onClick={onRetry}>{t('state.retry')}</Button>}
        {problem?.type.startsWith('/api/errors') === true && <a href={problem.type}>{t('state.explain', { code: problem.code })}</a>}
      </div>
    </div>
  )
}

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>
  readonly isEmpty?: (data: T) => boolean
  readonly empty?: ReactNode
  readonly children: (data: T) => ReactNode
}

/** A question to the server on the screen: waiting, failed, empty, or its answer. An answer at hand stays while a newer one fails. */
export function QueryView<T>({ query, isEmpty, empty, children }: QueryViewProps<T>) {
  if (query.data === undefined) {
    if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />
    return <Loading />
  }
  if (isEmpty?.(query.data) === true) return empty ?? <Empty />
  return children(query.data)
}
