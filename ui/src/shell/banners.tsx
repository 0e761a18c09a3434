import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../i18n/use-format.ts'
import { connection } from '../live/connection.ts'
import { useConnection } from '../live/use-live.ts'

/** What concerns all rooms: the connection is gone, or the platform is in trouble. When the connection is back, everything is asked again. */
export function Banners() {
  const { t } = useTranslation()
  const format = useFormat()
  const { link, lastAnswerMs, troubles } = useConnection()
  const queries = useQueryClient()
  const wasOffline = useRef(false)
  useEffect(() => {
    if (link === 'online' && wasOffline.current) void queries.invalidateQueries()
    wasOffline.current = link === 'offline'
  }, [link, queries])
  if (link === 'offline') {
    return (
      <div className="mw-banner mw-banner-stale" role="alert">
        <span>
          <b>{t('offline.title')}</b> {lastAnswerMs === undefined ? t('offline.never') : t('offline.since', { time: format.time(lastAnswerMs) })}
        </span>
        <Button size="small" onClick={() => connection.lookNow()}>
          {t('offline.retry')}
        </Button>
      </div>
    )
  }
  if (troubles.length === 0) return null
  return (
    <div className="mw-banner mw-banner-bad" role="alert">
      <span>
        <b>{t('trouble.title')}</b> {troubles.map(({ part, reason }) => `${part}: ${reason}`).join('; ')}
      </span>
    </div>
  )
}
