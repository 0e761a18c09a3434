import { Button, Popover } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import { serverClock } from '../data/trend-queries.ts'
import type { TimeWindow } from '../time/time-window.ts'
import { fromLocalInput, toLocalInput } from '../time/zone-time.ts'
import { windowOf, type TrendView } from '../view/trend-view.ts'
import { Sign } from './sign.tsx'

const LONG_MS = 2 * 3_600_000

/** `2026-01-31 08:00 – 16:00`: of the end only what differs from the beginning; seconds where they matter. */
export function rangeText(from: string, to: string, spanMs: number): string {
  const length = spanMs > LONG_MS ? 16 : 19
  const shared = from.slice(0, 10) === to.slice(0, 10) ? 11 : from.slice(0, 4) === to.slice(0, 4) ? 5 : 0
  return `${from.slice(0, length)} – ${to.slice(shared, length)}`
}

/** The window in words (one that follows the present: its length, as its ends move); pressed, two fields to type it into, by the clock that times are shown in. */
export function RangeButton({ view, onChoose }: { readonly view: TrendView; readonly onChoose: (window: TimeWindow) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const { range } = view
  const text = 'followMs' in range ? t('trend.range.last', { span: format.span(range.followMs) }) : rangeText(format.dateTime(range.fromMs), format.dateTime(range.toMs), range.toMs - range.fromMs)
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger="click"
      destroyOnHidden
      title={t('trend.range.title')}
      content={
        <RangeForm
          window={windowOf(view, serverClock.now())}
          zone={format.zone}
          onChoose={(chosen) => {
            setOpen(false)
            onChoose(chosen)
          }}
        />
      }
    >
      <Button className="mw-trend-range" aria-label={`${t('trend.range.change')}: ${text}`} icon={<Sign name="clock" />}>
        <span className="mw-number">{text}</span>
      </Button>
    </Popover>
  )
}

function RangeForm({ window, zone, onChoose }: { readonly window: TimeWindow; readonly zone: string; readonly onChoose: (window: TimeWindow) => void }) {
  const { t } = useTranslation()
  const [from, setFrom] = useState(toLocalInput(window.fromMs, zone))
  const [to, setTo] = useState(toLocalInput(window.toMs, zone))
  const fromMs = fromLocalInput(from, zone)
  const toMs = fromLocalInput(to, zone)
  const chosen = fromMs !== undefined && toMs !== undefined && fromMs < toMs ? { fromMs, toMs } : undefined
  return (
    <form
      className="mw-trend-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen !== undefined) onChoose(chosen)
      }}
    >
      <label>
        {t('trend.range.from')}
        <input type="datetime-local" step="1" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        {t('trend.range.to')}
        <input type="datetime-local" step="1" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <p className="mw-faint">{t('trend.range.zone', { zone })}</p>
      {chosen === undefined && <p role="alert">{t('trend.range.wrong')}</p>}
      <Button type="primary" htmlType="submit" disabled={chosen === undefined}>
        {t('trend.range.apply')}
      </Button>
    </form>
  )
}
