import { useQuery } from '@tanstack/react-query'
import { Button, Tooltip } from 'antd'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireStatistics } from '@millwright/model/wire/statistics.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { unitText } from '../../i18n/unit.ts'
import { links } from '../../links.ts'
import type { Readout, Watched } from '../chart/readout.ts'
import { statisticsQuery } from '../data/trend-queries.ts'
import type { ChartSignal } from '../paint/chart-model.ts'
import { clockText } from '../paint/paint-overlay.ts'
import type { TimeWindow } from '../time/time-window.ts'
import { integralOf, rateOf } from '../view/integral-unit.ts'
import type { TrendView } from '../view/trend-view.ts'
import { ReadingText } from './reading-text.tsx'
import { Sign } from './sign.tsx'

interface LegendProps {
  readonly signals: readonly ChartSignal[]
  readonly view: TrendView
  readonly window: TimeWindow
  readonly readout: Watched<Readout>
  readonly onToggle: (path: string) => void
  readonly onRemove: (path: string) => void
  readonly onOptions: (path: string) => void
  readonly onClearCursors: () => void
}

/** The signals with what cursors read of them and the statistics of what is marked or seen. */
export function Legend({ signals, view, window, readout, onToggle, onRemove, onOptions, onClearCursors }: LegendProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useSyncExternalStore(readout.subscribe, readout.get)
  const { a, b } = view.cursors
  const isMarked = a !== undefined && b !== undefined && a !== b
  const range = isMarked ? { fromMs: Math.min(a, b), toMs: Math.max(a, b) } : window
  const statistics = useQuery(statisticsQuery(signals.map(({ path }) => path), range, 'followMs' in view.range && !isMarked))
  const bySignal = new Map(statistics.data?.results.map(({ signal, statistics: each }) => [signal, each]))
  const both = now.a !== undefined && now.b !== undefined
  const spanText = format.span(Math.max(1_000, range.toMs - range.fromMs))
  const at = clockText(now.atMs, window, format.zone)
  return (
    <section className="mw-trend-legend" aria-label={t('trend.legend.label')}>
      <div className="mw-trend-legend-head">
        <span className="mw-faint">{isMarked ? t('trend.legend.between', { span: spanText }) : t('trend.legend.inView', { span: spanText })}</span>
        {statistics.isError && <span role="status">{t('trend.legend.statisticsFailed')}</span>}
        {(a !== undefined || b !== undefined) && (
          <Button size="small" type="text" onClick={onClearCursors}>
            {t('trend.legend.clearCursors')}
          </Button>
        )}
      </div>
      <div className="mw-trend-scroll" tabIndex={0} role="region" aria-label={t('trend.legend.label')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('trend.legend.signal')}</th>
              <th scope="col" className="mw-num" title={at}>
                {now.isPointed ? t('trend.legend.pointer') : now.a !== undefined ? 'A' : t('trend.legend.now')}
              </th>
              {now.earlier !== undefined && (
                <>
                  <th scope="col" className="mw-num">{t('trend.compare.earlier')}</th>
                  <th scope="col" className="mw-num">{t('trend.legend.delta')}</th>
                </>
              )}
              {both && (
                <>
                  <th scope="col" className="mw-num">A</th>
                  <th scope="col" className="mw-num">B</th>
                  <th scope="col" className="mw-num">{t('trend.legend.delta')}</th>
                  <th scope="col" className="mw-num">{t('trend.legend.rate')}</th>
                </>
              )}
              <th scope="col" className="mw-num">{t('trend.legend.min')}</th>
              <th scope="col" className="mw-num">{t('trend.legend.max')}</th>
              <th scope="col" className="mw-num" title={t('trend.legend.meanHelp')}>{t('trend.legend.mean')}</th>
              <th scope="col" className="mw-num">{t('trend.legend.deviation')}</th>
              <th scope="col" className="mw-num">{t('trend.legend.integral')}</th>
              <th scope="col" className="mw-num">{t('trend.legend.count')}</th>
              <th>
                <span className="mw-hidden">{t('trend.help.title')}</span>
              </th>
            </tr>
          </thead>
          <tbody className={statistics.isPlaceholderData ? 'mw-trend-old' : ''}>
            {signals.map((signal) => (
              <Row key={signal.path} signal={signal} readout={now} statistics={bySignal.get(signal.path) ?? undefined} spanSeconds={(range.toMs - range.fromMs) / 1_000} onToggle={onToggle} onRemove={onRemove} onOptions={onOptions} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

interface RowProps extends Pick<LegendProps, 'onToggle' | 'onRemove' | 'onOptions'> {
  readonly signal: ChartSignal
  readonly readout: Readout
  readonly statistics: WireStatistics | undefined
  readonly spanSeconds: number
}

function Row({ signal, readout, statistics, spanSeconds, onToggle, onRemove, onOptions }: RowProps) {
  const { t } = useTranslation()
  const { path, colour, number, isHidden, kind, unit } = signal
  const name = lastName(path)
  const parent = parentPath(path)
  const at = readout.at.get(path)
  const before = readout.earlier?.get(path)
  const a = readout.a?.readings.get(path)
  const b = readout.b?.readings.get(path)
  return (
    <tr className={isHidden ? 'mw-trend-hidden' : ''}>
      <th scope="row">
        <div className="mw-trend-name">
          <span className="mw-trend-number" style={{ background: isHidden ? 'var(--mw-edge)' : colour }}>
            {number}
          </span>
          <b title={path}>{name}</b>
          {parent !== undefined && (
            <Link to={links.plant(parent)} className="mw-faint" title={`${t('trend.legend.machine')}: ${parent}`}>
              {parent}
            </Link>
          )}
        </div>
      </th>
      <td className="mw-num mw-trend-value">
        <ReadingText reading={at} signal={signal} withUnit />
      </td>
      {readout.earlier !== undefined && (
        <>
          <td className="mw-num">
            <ReadingText reading={before} signal={signal} />
          </td>
          <td className="mw-num">
            {kind !== 'boolean' && <Difference from={before?.value} to={at?.value} />}
          </td>
        </>
      )}
      {readout.a !== undefined && readout.b !== undefined && (
        <>
          <td className="mw-num">
            <ReadingText reading={a} signal={signal} />
          </td>
          <td className="mw-num">
            <ReadingText reading={b} signal={signal} />
          </td>
          <td className="mw-num">
            {kind !== 'boolean' && <Difference from={a?.value} to={b?.value} />}
          </td>
          <td className="mw-num">{kind === 'number' && <Rate from={a?.value} to={b?.value} spanMs={readout.b.timeMs - readout.a.timeMs} unit={unit} />}</td>
        </>
      )}
      <Statistics signal={signal} statistics={statistics} spanSeconds={spanSeconds} />
      <td className="mw-trend-tools">
        <RowTool label={t(isHidden ? 'trend.legend.show' : 'trend.legend.hide', { name })} sign={isHidden ? 'hidden' : 'eye'} onClick={() => onToggle(path)} />
        {kind === 'number' && <RowTool label={t('trend.legend.options', { name })} sign="axis" onClick={() => onOptions(path)} />}
        <RowTool label={t('trend.legend.remove', { name })} sign="close" onClick={() => onRemove(path)} />
      </td>
    </tr>
  )
}

function Statistics({ signal: { kind, unit }, statistics, spanSeconds }: { readonly signal: ChartSignal; readonly statistics: WireStatistics | undefined; readonly spanSeconds: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (statistics === undefined) return <td colSpan={6} />
  const { min, max, twa, avg, stddev, integral, covered, count } = statistics
  const isBoolean = kind === 'boolean'
  const sum = integral === null ? undefined : integralOf(integral, isBoolean ? undefined : unit)
  const share = format.percent(Math.min(1, covered / spanSeconds))
  return (
    <>
      <td className="mw-num">{isBoolean ? '' : format.value(min)}</td>
      <td className="mw-num">{isBoolean ? '' : format.value(max)}</td>
      <td className="mw-num">{isBoolean ? (twa === null ? '–' : t('trend.legend.onShare', { share: format.percent(twa) })) : format.value(twa ?? avg)}</td>
      <td className="mw-num">{isBoolean ? '' : format.value(stddev)}</td>
      <td className="mw-num" title={t('trend.legend.integralHelp', { covered: share })}>
        {sum === undefined ? '–' : `${format.value(sum.value)} `}
        <span className="mw-faint">{sum?.unit}</span>
      </td>
      <td className="mw-num">{format.short(count)}</td>
    </>
  )
}

function RowTool({ label, sign, onClick }: { readonly label: string; readonly sign: 'eye' | 'hidden' | 'axis' | 'close'; readonly onClick: () => void }) {
  return (
    <Tooltip title={label} mouseEnterDelay={0.5}>
      <button type="button" className="mw-icon-button" aria-label={label} onClick={onClick}>
        <Sign name={sign} />
      </button>
    </Tooltip>
  )
}

function Difference({ from, to }: { readonly from: number | string | undefined; readonly to: number | string | undefined }) {
  const format = useFormat()
  if (typeof from !== 'number' || typeof to !== 'number') return '–'
  const change = to - from
  return `${change > 0 ? '+' : ''}${format.value(change)}`
}

function Rate({ from, to, spanMs, unit }: { readonly from: number | string | undefined; readonly to: number | string | undefined; readonly spanMs: number; readonly unit: string | undefined }) {
  const format = useFormat()
  const rate = typeof from === 'number' && typeof to === 'number' ? rateOf(to - from, spanMs, unit) : undefined
  if (rate === undefined) return '–'
  return (
    <>
      {rate.value > 0 ? '+' : ''}
      {format.value(rate.value)} <span className="mw-faint">{rate.unit === '' ? unitText(unit) : rate.unit}</span>
    </>
  )
}
