import { useTranslation } from 'react-i18next'

/** The Trend room. */
export function TrendRoom() {
  const { t } = useTranslation()
  return (
    <div className="mw-room">
      <h1>{t('trend.title')}</h1>
    </div>
  )
}
