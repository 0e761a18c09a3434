import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bandDigits } from '@millwright/model/band-digits.ts'
import type { WireAnomaly, WireAnomalySignal } from '@millwright/model/wire/anomaly.ts'
import type { WireSamples } from '@millwright/model/wire/samples.ts'
import { askJson } from '../../api/client.ts'
import { unitText } from '../../i18n/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Link } from 'react-router'
import { links } from '../../links.ts'
import type { SparkPoint } from '../../parts/spark-path.ts'
import { BandCourse } from './band-course.tsx'
import { rangeAround } from './anomaly-time.ts'
import { inLanguage } from '../../i18n/bilingual.ts'

/** Signals shown at first; the rest carry little of it. */
const FIRST = 6
/** Signals that the trend opens with. */
const IN_TREND = 4
const POINTS = 120
const EVERY_MS = 60_000

type Range = ReturnType<typeof rangeAround>

const courseQuery = (signals: readonly string[], { fromMs, toMs }: Range, isOpen: boolean) =>
  queryOptions({
    // The end of what goes on moves with time; within a minute it is the same question.
    queryKey: ['anomaly-course', signals, Math.floor(fromMs / EVERY_MS), Math.floor(toMs / EVERY_MS)],
    queryFn: async ({ signal }) => {
      const { results } = await askJson<{ readonly results: readonly WireSamples[] }>('/api/v1/query', { method: 'POST', body: { signals, from: fromMs, to: toMs, points: POINTS }, signal })
      return new Map(results.map((result) => [result.signal, pointsOf(result)]))
    },
    staleTime: EVERY_MS,
    placeholderData: keepPreviousData,
    enabled: signals.length > 0,
    ...(isOpen && { refetchInterval: EVERY_MS }),
  })

function pointsOf({ times, values, qualities }: WireSamples): readonly SparkPoint[] {
  return times.map((timeMs, index): SparkPoint => {
    const value = values[index]
    return [timeMs, typeof value === 'number' && qualities[index] !== 'bad' ? value : null]
  })
}

/** The signals of an anomaly by their part in it: what each was, what the others let expect, when it left its band, and its course. */
export function AnomalySignals({ anomaly }: { readonly anomaly: WireAnomaly }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isAll, setAll] = useState(false)
  // Once per minute is enough: the range of one that goes on grows slowly.
  const range = rangeAround(anomaly, Math.ceil(Date.now() / EVERY_MS) * EVERY_MS)
  const known = anomaly.signals.filter(({ signal }) => signal.includes('/'))
  const shown = isAll ? anomaly.signals : anomaly.signals.slice(0, FIRST)
  const paths = shown.filter(({ reason }) => !isTime(reason)).map(({ signal }) => signal).filter((path) => path.includes('/'))
  const { data: courses } = useQuery(courseQuery(paths, range, anomaly.state === 'open'))
  return (
    <section className="mw-panel mw-anomaly-signals" aria-label={t('attention.signals.title')}>
      <div className="mw-attention-bar">
        <h2>{t('attention.signals.title')}</h2>
        {known.length > 0 && (
          <Link className="mw-button" to={links.trend(known.slice(0, IN_TREND).map(({ signal }) => signal), range, bandOf(known[0]?.reason))}>
            {t('attention.toTrend')}
          </Link>
        )}
      </div>
      {anomaly.signals.length === 0 && <p className="mw-faint">{t('attention.signals.none')}</p>}
      <ol className="mw-parts">
        {shown.map((part) => (
          <Part key={part.signal} part={part} range={range} course={courses?.get(part.signal)} />
        ))}
      </ol>
      {anomaly.signals.length > shown.length && <Button onClick={() => setAll(true)}>{t('attention.signals.all', { shown: format.count(anomaly.signals.length) })}</Button>}
      <p className="mw-faint">{t('attention.signals.partHelp')}</p>
    </section>
  )
}

interface PartProps {
  readonly part: WireAnomalySignal
  readonly range: Range
  readonly course: readonly SparkPoint[] | undefined
}

function Part({ part, range, course }: PartProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { signal, share, value, low, high, expected, moved, movedFirst, reason, progress } = part
  const unit = unitText(part.unit ?? undefined)
  const digits = bandDigits(low, high)
  const shown = (number: number | null) => format.value(number === null ? null : Number(number.toFixed(digits)))
  const band = t('attention.signals.band', { low: shown(low), high: shown(high) })
  const name = inLanguage(part.label, format.language)
  return (
    <li>
      <div className="mw-part-share">
        <b className="mw-number">{format.percent(share)}</b>
        <i aria-hidden="true">
          <i style={{ width: `${Math.round(Math.min(1, share) * 100)}%` }} />
        </i>
      </div>
      <div className="mw-part-name">
        <Link to={links.trend([signal], range, bandOf(part.reason))} title={signal}>
          {name}
        </Link>
        {part.state !== undefined && (
          <b className="mw-text">
            {part.state} {progress !== undefined && format.percent(progress)}
          </b>
        )}
        {reason !== undefined && <span className="mw-soft mw-part-reason">{t(`attention.picks.detector.${reason === 'silent' ? 'pace' : reason}`)}</span>}
        <span className="mw-faint">
          {movedFirst && <b className="mw-text">{t('attention.signals.first')} </b>}
          {moved === null ? t('attention.signals.inside') : `${t('attention.signals.moved')} ${format.time(moved)}`}
        </span>
      </div>
      <dl className="mw-part-values">
        <div>
          <dt>{t(`attention.signals.${valueWord(reason)}`)}</dt>
          <dd className="mw-number">
            <b>{shown(value)}</b> <span className="mw-faint">{unit}</span>
          </dd>
        </div>
        <div>
          <dt>{t(isTime(reason) ? 'attention.signals.usual' : 'attention.signals.expected')}</dt>
          <dd className="mw-number" title={band}>
            {shown(expected)} <span className="mw-faint">({band})</span>
          </dd>
        </div>
      </dl>
      <div className="mw-part-course">
        {course !== undefined && course.length > 0 && <BandCourse points={course} fromMs={range.fromMs} toMs={range.toMs} low={low} high={high} movedMs={moved} label={`${t('attention.signals.course')}: ${name}`} />}
      </div>
    </li>
  )
}

/** Whether value and band of a part are times and not values of the signal: then there is no course to draw with them. */
function isTime(reason: WireAnomalySignal['reason']): boolean {
  return reason === 'stays' || reason === 'pace' || reason === 'silent'
}

/** What the value of a part is. */
function valueWord(reason: WireAnomalySignal['reason']): 'lasts' | 'every' | 'since' | 'value' {
  return reason === 'stays' ? 'lasts' : reason === 'pace' ? 'every' : reason === 'silent' ? 'since' : 'value'
}

/** The band that the trend shows of a signal: the one against which it was told. */
function bandOf(reason: WireAnomalySignal['reason']): 'apart' | 'level' {
  return reason === 'level' ? 'level' : 'apart'
}
