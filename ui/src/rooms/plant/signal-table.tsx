import { useQuery } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import { askJson } from '../../api/client.ts'
import type { Listing } from '../../api/queries.ts'
import type { Format } from '../../i18n/format.ts'
import { unitText } from '../../i18n/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useDescription } from '../../i18n/use-description.ts'
import { links } from '../../links.ts'
import { useLiveStream } from '../../live/use-live.ts'
import { SignalAge, SignalStateMark, SignalValue } from '../../parts/signal-value.tsx'
import { useComposedText } from '../../parts/use-composed-text.ts'
import { Failure, Loading } from '../../parts/view-state.tsx'
import { SignalSpark } from './signal-spark.tsx'

/** Signals of one page; below an asset with more, the first ones are shown. */
const MAX_SIGNALS = 2_000
/** Of an asset with more than that, only so many are watched (the server limits named signals of a stream). */
const MAX_NAMED = 500
const ROW_PX = 42

/** The signals of an asset and below it, with their live values. Only rows in sight are drawn. */
export function SignalTable({ under }: { readonly under: string }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery({
    queryKey: ['signals', 'of', under],
    queryFn: ({ signal }) => askJson<Listing<WireSignal>>('/api/v1/signals', { query: { under, limit: MAX_SIGNALS }, signal }),
    refetchInterval: 30_000,
  })
  const isCut = data?.next != null
  const named = useMemo(() => (isCut ? (data?.items.slice(0, MAX_NAMED).map(({ path }) => path) ?? []) : undefined), [data, isCut])
  useLiveStream(data === undefined ? undefined : named === undefined ? { under } : { signals: named })
  if (data === undefined) return <section className="mw-panel">{error === null ? <Loading /> : <Failure error={error} onRetry={() => void refetch()} />}</section>
  return (
    <section className="mw-panel mw-signals" aria-label={t('machine.signals')}>
      {data.items.length === 0 ? <p className="mw-faint">{t('machine.noSignals')}</p> : <Rows signals={isCut ? data.items.slice(0, MAX_NAMED) : data.items} under={under} />}
      {isCut && <p className="mw-faint">{t('machine.tooMany', { count: MAX_NAMED })}</p>}
    </section>
  )
}

function Rows({ signals, under }: { readonly signals: readonly WireSignal[]; readonly under: string }) {
  const { t } = useTranslation()
  const { words, input } = useComposedText()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const shown = useMemo(() => filterSignals(signals, words), [signals, words])
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop(box.current?.offsetTop ?? 0), [])
  const lines = useWindowVirtualizer({ count: shown.length, estimateSize: () => ROW_PX, overscan: 10, scrollMargin: top })
  const toggle = (path: string) => {
    const next = new Set(chosen)
    if (!next.delete(path)) next.add(path)
    setChosen(next)
  }
  const trendOf = chosen.size > 0 ? [...chosen] : shown.filter(({ kind }) => kind === 'number').slice(0, 4).map(({ path }) => path)
  return (
    <>
      <div className="mw-signals-head">
        <h2>
          {t('machine.signals')} <span className="mw-faint">{words === '' ? signals.length : t('machine.filtered', { shown: shown.length, total: signals.length })}</span>
        </h2>
        <label className="mw-field">
          <input {...input} type="search" placeholder={t('machine.filter')} aria-label={t('machine.filter')} />
        </label>
        <Link className="mw-button" to={links.trend(trendOf)}>
          {chosen.size > 0 ? t('machine.trendAll') : t('machine.trendFirst')}
        </Link>
      </div>
      <div className="mw-signal-row mw-signal-titles" aria-hidden="true">
        <span />
        <span>{t('machine.signal')}</span>
        <span className="mw-right">{t('machine.value')}</span>
        <span>{t('machine.state')}</span>
        <span className="mw-right">{t('machine.age')}</span>
        <span>{t('machine.lastHour')}</span>
        <span>{t('machine.range')}</span>
      </div>
      <div ref={box} role="list" style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start, key }) => {
          const signal = shown[index]
          return signal === undefined ? null : (
            <SignalRow key={key} signal={signal} under={under} index={index} shown={shown} top={start - top} isChosen={chosen.has(signal.path)} onToggle={toggle} />
          )
        })}
      </div>
    </>
  )
}

function filterSignals(signals: readonly WireSignal[], words: string): readonly WireSignal[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (wanted.length === 0) return signals
  return signals.filter(({ path, description = '' }) => wanted.every((word) => `${path} ${description}`.toLowerCase().includes(word)))
}

function rangeText(format: Format, low: number | undefined, high: number | undefined): string {
  if (low === undefined) return high === undefined ? '' : `≤ ${format.value(high)}`
  return high === undefined ? `≥ ${format.value(low)}` : `${format.value(low)} … ${format.value(high)}`
}

interface SignalRowProps {
  readonly signal: WireSignal
  readonly under: string
  readonly index: number
  readonly shown: readonly WireSignal[]
  readonly top: number
  readonly isChosen: boolean
  readonly onToggle: (path: string) => void
}

function SignalRow({ signal, under, index, shown, top, isChosen, onToggle }: SignalRowProps) {
  const { t } = useTranslation()
  const described = useDescription()
  const format = useFormat()
  const { path, name, description, low, high, unit } = signal
  const place = path.slice(under.length + 1, -name.length - 1)
  const range = rangeText(format, low, high)
  return (
    <div className="mw-signal-row" role="listitem" style={{ transform: `translateY(${top}px)` }}>
      <input type="checkbox" checked={isChosen} aria-label={`${name}: ${t('machine.toTrend')}`} onChange={() => onToggle(path)} />
      <Link className="mw-signal-name" to={links.trend([path])} title={path}>
        <span>
          <bdi>{name}</bdi>
        </span>
        {(place !== '' || description !== undefined) && <span className="mw-faint">{[place, described(description)].filter((part) => part !== undefined && part !== '').join(' · ')}</span>}
      </Link>
      <span className="mw-right">
        <SignalValue signal={signal} />
      </span>
      <SignalStateMark signal={signal} />
      <span className="mw-right">
        <SignalAge path={path} />
      </span>
      <SignalSpark signal={signal} index={index} shown={shown} />
      <span className="mw-faint mw-number mw-signal-range">{range === '' ? '' : `${range} ${unitText(unit)}`}</span>
    </div>
  )
}
