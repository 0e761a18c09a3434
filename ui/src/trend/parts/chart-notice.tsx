import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import type { TrendChart } from '../chart/trend-chart.ts'
import { serverClock, wholeRange } from '../data/trend-queries.ts'
import type { ExpectedSeen } from '../expected/use-expected.ts'

interface NoticeProps {
  readonly chart: TrendChart
  readonly signals: readonly string[]
  readonly failure: unknown
  /** What is known of what is expected. */
  readonly expectation: ExpectedSeen
  /** Paths that the server does not know. */
  readonly gone: readonly string[]
  readonly onAll: () => void
  /** Shows the time up to the newest sample. */
  readonly onNewest: (toMs: number) => void
}

/** What has to be said over the chart: that it sharpens, that nothing is there, that the server does not answer. */
export function ChartNotice({ chart, signals, failure, expectation, gone, onAll, onNewest }: NoticeProps) {
  const { t } = useTranslation()
  const { isSharp, isEmpty } = useSyncExternalStore(chart.seen.subscribe, chart.seen.get)
  return (
    <>
      <div className="mw-trend-sign" role="status">
        {failure === undefined ? !isSharp && <span className="mw-trend-busy">{t('trend.sharpening')}</span> : <span className="mw-trend-failed">{t('trend.failed')}</span>}
        {expectation.isLoading && <span className="mw-trend-busy">{t('trend.expected.loading')}</span>}
        {expectation.lack !== undefined && <span>{expectation.refused ?? t(`trend.expected.lack.${expectation.lack}`)}</span>}
        {gone.map((path) => (
          <span key={path} className="mw-trend-failed">
            {t('trend.gone', { path })}
          </span>
        ))}
      </div>
      {isSharp && isEmpty && failure === undefined && gone.length < signals.length && <NoData signals={signals} onAll={onAll} onNewest={onNewest} />}
    </>
  )
}

function NoData({ signals, onAll, onNewest }: Pick<NoticeProps, 'signals' | 'onAll' | 'onNewest'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const range = useQuery({ queryKey: ['whole-range', signals], queryFn: async () => (await wholeRange(signals)) ?? null })
  if (range.data === undefined) return null
  return (
    <div className="mw-trend-nothing">
      <b>{t('trend.noData')}</b>
      {range.data === null ? (
        <span>{t('trend.noDataNever')}</span>
      ) : (
        <>
          <span>{t('trend.noDataNewest', { time: format.time(range.data.toMs, serverClock.now()) })}</span>
          <div className="mw-row">
            <Button type="primary" onClick={() => onNewest((range.data?.toMs ?? 0) + 1)}>
              {t('trend.toNewest')}
            </Button>
            <Button onClick={onAll}>{t('trend.showAll')}</Button>
          </div>
        </>
      )}
    </div>
  )
}
