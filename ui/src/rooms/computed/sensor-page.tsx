import { useQuery } from '@tanstack/react-query'
import { Progress } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireSoftSensor } from '@millwright/model/wire/soft-sensor.ts'
import { recentSamplesQuery, softSensorQuery, softSensorTrialsQuery } from '../../api/soft-sensor-queries.ts'
import { unitText } from '../../i18n/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { Chart } from '../../parts/chart.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Icon } from '../../parts/icon.tsx'
import { QueryView } from '../../parts/view-state.tsx'
import { usePreferences } from '../../theme/preferences.ts'
import { PALETTES } from '../../theme/tokens.ts'
import { liveOption } from './live-option.ts'
import { Recompute } from './recompute.tsx'
import { StageChip } from './sensor-list.tsx'
import { SensorSteps } from './sensor-steps.tsx'
import { trialOption } from './trial-option.ts'

const HEIGHT = 300
/** Days of the past that are drawn. */
const SHOWN_DAYS = 7
const NOTHING = { times: [], values: [] }

/** One soft sensor: what it tells now beside what is measured, how well it told what it had not seen, and where it comes from. */
export function SensorPage({ id }: { readonly id: string }) {
  const { t } = useTranslation()
  const query = useQuery(softSensorQuery(id))
  return (
    <>
      <Link className="mw-back" to={links.softSensors()}>
        <Icon name="back" size={16} /> {t('computed.all')}
      </Link>
      <QueryView query={query}>{(sensor) => <Known sensor={sensor} />}</QueryView>
    </>
  )
}

function Known({ sensor }: { readonly sensor: WireSoftSensor }) {
  const { t } = useTranslation()
  const { definition, stage, progress, failure, backTest, live } = sensor
  return (
    <>
      <header className="mw-computed-head">
        <AssetCrumbs path={parentPath(definition.target) ?? ''} to={links.plant} />
        <div className="mw-computed-bar">
          <h2 className="mw-computed-title">{lastName(definition.target)}</h2>
          <StageChip stage={stage} />
          <SensorSteps sensor={sensor} />
        </div>
      </header>
      {stage === 'training' && <Progress percent={Math.round(progress * 100)} aria-label={t('computed.stage.training')} />}
      {failure !== null && <p className="mw-notice mw-notice-outside">{failure}</p>}
      {live !== null && <Live sensor={sensor} live={live} />}
      {backTest !== null && <Proof sensor={sensor} backTest={backTest} />}
      <Lineage sensor={sensor} />
    </>
  )
}

/** The newest value, and the last days: told as a line, measured as dots. */
function Live({ sensor: { id, output, unit: code, definition }, live }: { readonly sensor: WireSoftSensor; readonly live: NonNullable<WireSoftSensor['live']> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { theme } = usePreferences()
  const unit = unitText(code ?? undefined)
  const { data: told = NOTHING } = useQuery(recentSamplesQuery(output, SHOWN_DAYS))
  const { data: measured = NOTHING } = useQuery(recentSamplesQuery(definition.target, SHOWN_DAYS))
  const option = useMemo(() => liveOption(told, measured, PALETTES[theme], format, { measured: t('computed.measured'), told: t('computed.told'), unit }), [told, measured, theme, format, t, unit])
  const doubts = [...live.missing.map((path) => t('computed.missing', { name: lastName(path) })), ...live.outside.map((path) => t('computed.outside', { name: lastName(path) }))]
  return (
    <section className="mw-panel" aria-label={t('computed.now')}>
      <div className="mw-computed-bar">
        <h2>{t('computed.now')}</h2>
        <b className="mw-computed-value mw-number">{live.value === null ? '–' : `${format.value(Number(live.value.toPrecision(4)))} ${unit}`}</b>
        <span className="mw-soft">
          {live.time === null ? t('computed.notYet') : format.time(live.time)}
          {live.quality === 'uncertain' && ` ${t('computed.uncertain')}`}
        </span>
        <Link to={links.trend([output, definition.target])}>{t('health.course')}</Link>
      </div>
      {live.trouble !== null && <p className="mw-notice mw-notice-outside">{live.trouble}</p>}
      {doubts.length > 0 && <p className="mw-state-uncertain">{doubts.join(' ')}</p>}
      <Chart option={option} height={HEIGHT} label={t('computed.liveChart')} />
      <p className="mw-faint">{t('computed.liveKey', { written: format.count(live.written), rewritten: format.count(live.rewritten), uncertain: format.count(live.uncertain) })}</p>
      <Recompute id={id} />
    </section>
  )
}

/** How well it told what it had not seen, beside who says the last value or the mean. */
function Proof({ sensor: { id, unit: code }, backTest }: { readonly sensor: WireSoftSensor; readonly backTest: NonNullable<WireSoftSensor['backTest']> }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { theme } = usePreferences()
  const unit = unitText(code ?? undefined)
  const { data: trials } = useQuery(softSensorTrialsQuery(id))
  const { band, isUseful, why, rows, lastValueRmse, meanRmse } = backTest
  const option = useMemo(() => (trials === undefined ? undefined : trialOption(trials, band, PALETTES[theme], format, { measured: t('computed.measured'), told: t('computed.told'), unit })), [trials, band, theme, format, t, unit])
  const error = (value: number) => `${format.value(Number(value.toPrecision(3)))} ${unit}`
  return (
    <section className="mw-panel" aria-label={t('computed.proof')}>
      <h2>{t('computed.proof')}</h2>
      <p className={isUseful ? 'mw-soft' : 'mw-state-outside'}>{why[format.language]}</p>
      <div className="mw-computed-proof">
        {option !== undefined && trials !== undefined && trials.times.length > 0 && <Chart option={option} height={HEIGHT} label={t('computed.proofChart', { rows: format.count(rows) })} />}
        <div className="mw-table-box">
          <table className="mw-table">
            <thead>
              <tr>
                <th>{t('computed.method')}</th>
                <th className="mw-right">{t('computed.rmse')}</th>
                <th className="mw-right">{t('computed.mae')}</th>
                <th className="mw-right">{t('computed.explained')}</th>
              </tr>
            </thead>
            <tbody>
              {backTest.trials.map(({ method, setting, rmse, mae, r2, isChosen }) => (
                <tr key={method}>
                  <td>
                    {isChosen ? <b>{t(`computed.methods.${method}`)}</b> : t(`computed.methods.${method}`)} <span className="mw-faint">{setting}</span>
                  </td>
                  <td className="mw-right mw-number">{error(rmse)}</td>
                  <td className="mw-right mw-number">{error(mae)}</td>
                  <td className="mw-right mw-number">{format.percent(r2)}</td>
                </tr>
              ))}
              <tr>
                <td className="mw-soft">{t('computed.lastValue')}</td>
                <td className="mw-right mw-number">{error(lastValueRmse)}</td>
                <td />
                <td />
              </tr>
              <tr>
                <td className="mw-soft">{t('computed.mean')}</td>
                <td className="mw-right mw-number">{error(meanRmse)}</td>
                <td />
                <td />
              </tr>
            </tbody>
          </table>
          <p className="mw-faint">{t('computed.proofHelp')}</p>
        </div>
      </div>
    </section>
  )
}

/** From any value back to what it was learned from, and who answers for it. */
function Lineage({ sensor: { definition, output, created, approver, since, hash } }: { readonly sensor: WireSoftSensor }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { target, inputs, from, to, everySeconds, author } = definition
  return (
    <section className="mw-panel" aria-label={t('computed.lineage')}>
      <h2>{t('computed.lineage')}</h2>
      <dl className="mw-fact-list">
        <Fact name={t('computed.target')}>{target}</Fact>
        <Fact name={t('computed.output')}>{output}</Fact>
        <Fact name={t('computed.inputs')}>{inputs.map((path) => (parentPath(path) === parentPath(target) ? lastName(path) : path)).join(', ')}</Fact>
        {from !== undefined && to !== undefined && (
          <Fact name={t('computed.range')}>
            {format.date(from)} – {format.date(to)}
          </Fact>
        )}
        {everySeconds !== undefined && <Fact name={t('computed.pace')}>{format.span(everySeconds * 1_000)}</Fact>}
        <Fact name={t('models.facts.author')}>
          {author}, {format.time(created)}
        </Fact>
        {approver !== null && (
          <Fact name={t('models.facts.approver')}>
            {approver}
            {since !== null && `, ${format.time(since)}`}
          </Fact>
        )}
        {hash !== null && <Fact name={t('health.models.hash')}>{hash}</Fact>}
      </dl>
    </section>
  )
}
