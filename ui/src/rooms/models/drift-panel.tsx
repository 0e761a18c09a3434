import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import type { DriftState, WireCalibration, WireDrift, WireDriftPart, WireRinging, WireSpread } from '@millwright/model/wire/drift.ts'
import { driftQuery } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import { QueryView } from '../../parts/view-state.tsx'

const WEEK_MS = 7 * 86_400_000

/** How far the present has moved from what a model was trained on: each input, its score, and its promise about false alarms. */
export function DriftPanel({ model: { id, stage } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const isAsked = stage === 'champion' || stage === 'shadow'
  const query = useQuery({ ...driftQuery(id), enabled: isAsked })
  if (!isAsked) return null
  return (
    <section className="mw-panel" aria-label={t('models.drift.title')}>
      <h2>{t('models.drift.title')}</h2>
      <QueryView query={query}>{(drift) => <Answer drift={drift} />}</QueryView>
    </section>
  )
}

function Answer({ drift: { state, since, inputs, score, calibration, ringing } }: { readonly drift: WireDrift }) {
  const { t } = useTranslation()
  const format = useFormat()
  const parts = score === null ? inputs : [...inputs, score]
  return (
    <>
      <p>
        <State state={state} /> <span className="mw-soft">{t(`models.drift.help.${state}`)}</span> {since !== null && <span className="mw-faint">{t('models.drift.since', { time: format.time(since) })}</span>}
      </p>
      {parts.length > 0 && (
        <div className="mw-table-box" tabIndex={0} role="region" aria-label={t('models.drift.title')}>
          <table className="mw-table mw-models-table">
            <thead>
              <tr>
                <th>{t('models.drift.input')}</th>
                <th>{t('models.facts.stage')}</th>
                <th className="mw-right" title={t('models.drift.psiHelp')}>
                  {t('models.drift.psi')}
                </th>
                <th className="mw-right" title={t('models.drift.ksHelp')}>
                  {t('models.drift.ks')}
                </th>
                <th className="mw-right">{t('models.drift.missing')}</th>
                <th>{t('models.drift.reference')}</th>
                <th>{t('models.drift.now')}</th>
              </tr>
            </thead>
            <tbody>
              {parts.map((part) => (
                <Part key={part.signal} part={part} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {calibration !== null && <Calibration calibration={calibration} />}
      {ringing !== null && <Ringing ringing={ringing} />}
    </>
  )
}

function State({ state }: { readonly state: DriftState }) {
  const { t } = useTranslation()
  const isOut = state === 'drifted'
  return (
    <b className={isOut ? 'mw-state-outside mw-drift-state' : 'mw-drift-state'}>
      {isOut && <StateMark state="outside" quiet />} {t(`models.drift.state.${state}`)}
    </b>
  )
}

function Part({ part: { signal, state, psi, ks, missing, reference, now } }: { readonly part: WireDriftPart }) {
  const { t } = useTranslation()
  const format = useFormat()
  const number = (value: number | null) => (value === null ? '–' : format.value(Number(value.toPrecision(2))))
  return (
    <tr>
      <td>{signal === 'score' ? t('models.drift.score') : <Link to={links.trend([signal])}>{lastName(signal)}</Link>}</td>
      <td>
        <State state={state} />
      </td>
      <td className="mw-right mw-number">{number(psi)}</td>
      <td className="mw-right mw-number">{number(ks)}</td>
      <td className="mw-right mw-number">{missing === null ? '–' : format.percent(missing)}</td>
      <td>
        <Spread spread={reference} />
      </td>
      <td>
        <Spread spread={now} />
      </td>
    </tr>
  )
}

/** The middle, and where nine of ten values lie. */
function Spread({ spread }: { readonly spread: WireSpread | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (spread === null) return <span className="mw-faint">–</span>
  const number = (value: number) => format.value(Number(value.toPrecision(4)))
  return (
    <span className="mw-number">
      {number(spread.middle)} <span className="mw-faint">({t('attention.signals.band', { low: number(spread.low), high: number(spread.high) })})</span>
    </span>
  )
}

/** How often it called something rare, beside how often that is allowed. */
function Ringing({ ringing: { weeks, levels, state } }: { readonly ringing: WireRinging }) {
  const { t } = useTranslation()
  const format = useFormat()
  const number = (value: number) => format.value(Number(value.toPrecision(2)))
  return (
    <p className="mw-models-help">
      {state !== 'collecting' && `${t('models.drift.ringing', { time: format.span(weeks * WEEK_MS) })} ${levels.map(({ allowedPerWeek, perWeek, low, high }) => t('models.drift.ringingLevel', { allowed: number(allowedPerWeek), rate: number(perWeek), low: number(low), high: number(high) })).join('; ')}. `}
      <span className={state === 'drifted' ? 'mw-state-outside' : undefined}>{t(`models.drift.ringingState.${state}`)}</span>
    </p>
  )
}

function Calibration({ calibration: { promisedPerWeek, told, judged, falseAlarms, perWeek, low, high, weeks } }: { readonly calibration: WireCalibration }) {
  const { t } = useTranslation()
  const format = useFormat()
  const number = (value: number) => format.value(Number(value.toPrecision(2)))
  return (
    <p className="mw-models-help">
      {t('models.drift.promise', { promised: number(promisedPerWeek), told: format.count(told), time: format.span(weeks * WEEK_MS), judged: format.count(judged), wrong: format.count(falseAlarms) })}{' '}
      {perWeek === null ? t('models.drift.unjudged') : t('models.drift.realised', { rate: number(perWeek), low: number(low ?? 0), high: high === null ? '–' : number(high) })}
    </p>
  )
}
