import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useRouteError } from 'react-router'
import { Empty, Failure } from '../parts/view-state.tsx'

/** A room that broke: says so, and leaves the others standing. */
export function CrashView() {
  const { t } = useTranslation()
  const error = useRouteError()
  return (
    <div className="mw-room">
      <p>{t('state.crash')}</p>
      <Failure error={error} />
      <Button onClick={() => location.reload()}>{t('state.reload')}</Button>
    </div>
  )
}

/** An address that is none of ours. */
export function NoPage() {
  const { t } = useTranslation()
  return (
    <Empty title={t('state.noPage')}>
      <p>{t('state.noPageText')}</p>
      <p>
        <Link to="/">{t('state.toOverview')}</Link>
      </p>
    </Empty>
  )
}
