import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireForecast } from '@millwright/model/wire/forecast.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import { forecastQuery, HORIZONS, type Horizon } from '../../api/health-queries.ts'
import { unitText } from '../../i18n/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { Chart } from '../../parts/chart.tsx'
import { Failure, Loading } from '../../parts/view-state.tsx'
import { usePreferences } from '../../theme/preferences.ts'
import { PALETTES } from '../../theme/tokens.ts'
import { forecastOption } from './forecast-option.ts'

const HEIGHT = 280

interface ForecastPanelProps {
  /** Numeric signals of the asset. */
  readonly signals: readonly WireSignal[]
  readonly chosen: string
  readonly horizon: Horizon
  readonly onChoose: (signal: string, horizon: Horizon) => void
}

/** What a signal of the asset will do, when it reaches its limits, and how well the method told its own past. */
export function ForecastPanel({ signals, chosen, horizon, onChoose }: ForecastPanelProps) {
  const { t } = useTranslation()
  const query = useQuery(forecastQuery(chosen, horizon))
  return (
    <section className="mw-panel mw-forecast" aria-label={t('health.forecast.title')}>
      <div className="mw-health-bar">
        <h2>{t('health.forecast.title')}</h2>
        <label className="mw-health-choose">
          <span className="mw-faint">{t('health.forecast.signal')}</span>
          <select value={chosen} onChange={(event) => onChoose(event.target.value, horizon)}>
            {signals.map(({ path }) => (
              <option key={path} value={path}>
                {lastName(path)}
              </option>
            ))}
          </select>
        </label>
        <div className="mw-tabs" role="group" aria-label={t('health.forecast.horizon')}>
          {HORIZONS.map((one) => (
            <button key={one} type="button" className={one === horizon ? 'mw-tab mw-tab-chosen' : 'mw-tab'} aria-pressed={one === horizon} onClick={() => onChoose(chosen, one)}>
              {t(`health.forecast.horizons.${one}`)}
            </button>
          ))}
        </div>
      </div>
      {query.data === undefined || query.isPlaceholderData ? (
        query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} compact />
        ) : (
          <div className="mw-forecast-wait">
            <Loading />
            <p className="mw-faint">{t('health.forecast.making')}</p>
          </div>
        )
      ) : (
        <Answer forecast={query.data} />
      )}
    </section>
  )
}

function Answer({ forecast }: { readonly forecast: WireForecast }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { theme } = usePreferences()
  const unit = unitText(forecast.unit ?? undefined)
  const interval = t('health.forecast.interval', { share: format.percent(forecast.coverage) })
  const option = useMemo(
    () => forecastOption(forecast, PALETTES[theme], format, { past: t('health.forecast.past'), expected: t('health.forecast.expected'), interval, limit: t('health.forecast.limit'), unit }),
    [forecast, theme, format, t, interval, unit],
  )
  return (
    <>
      <Limits forecast={forecast} />
      <Chart option={option} height={HEIGHT} label={t('health.forecast.chart', { signal: lastName(forecast.signal) })} />
      <ul className="mw-forecast-key">
        <li>
          <i className="mw-key-past" aria-hidden="true" /> {t('health.forecast.past')}
        </li>
        <li>
          <i className="mw-key-expected" aria-hidden="true" /> {t('health.forecast.expected')}
        </li>
        <li>
          <i className="mw-key-interval" aria-hidden="true" /> {interval}
        </li>
        <li className="mw-forecast-link">
          <Link to={links.trend([forecast.signal])}>{t('attention.toTrend')}</Link>
        </li>
      </ul>
      <p>{forecast.why[format.language]}</p>
      <Methods forecast={forecast} unit={unit} />
    </>
  )
}

/** When it reaches its limits, in the server's sentences; abnormal only where a limit lies in sight. */
function Limits({ forecast: { limits } }: { readonly forecast: WireForecast }) {
  const { t } = useTranslation()
  const { language } = useFormat()
  if (limits.length === 0) return <p className="mw-faint">{t('health.forecast.noLimits')}</p>
  return (
    <ul className="mw-limits">
      {limits.map((limit) => (
        <li key={limit.side} className={limit.isBeyond || limit.earliest !== null ? 'mw-state-outside' : 'mw-soft'}>
          {limit.summary[language]}
        </li>
      ))}
    </ul>
  )
}

function Methods({ forecast: { methods, trials, trainedSteps, everySeconds, seasonSeconds, made }, unit }: { readonly forecast: WireForecast; readonly unit: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const number = (value: number) => `${format.value(Number(value.toPrecision(3)))} ${unit}`
  return (
    <details>
      <summary>{t('health.forecast.how')}</summary>
      <p className="mw-soft">
        {t('health.forecast.trials', { trials: format.count(trials), steps: format.count(trainedSteps), step: format.span(everySeconds * 1_000), time: format.time(made) })}{' '}
        {seasonSeconds === null ? t('health.forecast.noSeason') : t('health.forecast.season', { span: format.span(seasonSeconds * 1_000) })}
      </p>
      <div className="mw-table-box" tabIndex={0} role="region" aria-label={t('health.forecast.how')}>
        <table className="mw-table">
          <thead>
            <tr>
              <th>{t('health.forecast.method')}</th>
              <th className="mw-right">{t('health.forecast.error')}</th>
              <th className="mw-right">{t('health.forecast.gain')}</th>
              <th className="mw-right">{t('health.forecast.crps')}</th>
              <th className="mw-right">{t('health.forecast.held')}</th>
            </tr>
          </thead>
          <tbody>
            {methods.map(({ method, isChampion, mae, crps, coverage, gain }) => (
              <tr key={method}>
                <td>{isChampion ? <b>{t(`health.forecast.methods.${method}`)}</b> : t(`health.forecast.methods.${method}`)}</td>
                <td className="mw-right mw-number">{number(mae)}</td>
                <td className="mw-right mw-number">{method === 'seasonal_naive' ? '–' : format.percent(gain)}</td>
                <td className="mw-right mw-number">{number(crps)}</td>
                <td className="mw-right mw-number">{coverage === null ? '–' : format.percent(coverage)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
