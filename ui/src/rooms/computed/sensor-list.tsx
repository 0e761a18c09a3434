import { useQuery } from '@tanstack/react-query'
import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireSoftSensor } from '@millwright/model/wire/soft-sensor.ts'
import { softSensorsQuery } from '../../api/soft-sensor-queries.ts'
import { unitText } from '../../i18n/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { Empty, QueryView } from '../../parts/view-state.tsx'

/** All soft sensors: what each tells, how well, and whether it is in service. */
export function SensorList() {
  const { t } = useTranslation()
  const query = useQuery(softSensorsQuery)
  return (
    <QueryView
      query={query}
      isEmpty={(sensors) => sensors.length === 0}
      empty={
        <Empty title={t('computed.none')}>
          <p>{t('computed.noneText')}</p>
          <Link className="mw-button" to={links.newSoftSensor()}>
            {t('computed.new')}
          </Link>
        </Empty>
      }
    >
      {(sensors) => (
        <section className="mw-panel" aria-label={t('computed.all')}>
          <div className="mw-table-box" tabIndex={0} role="region" aria-label={t('computed.all')}>
            <table className="mw-table mw-sensors">
              <thead>
                <tr>
                  <th>{t('computed.target')}</th>
                  <th>{t('computed.stateHead')}</th>
                  <th className="mw-right">{t('computed.now')}</th>
                  <th className="mw-right">{t('computed.band')}</th>
                  <th className="mw-right">{t('computed.explained')}</th>
                  <th>{t('computed.people')}</th>
                </tr>
              </thead>
              <tbody>
                {sensors.map((sensor) => (
                  <Row key={sensor.id} sensor={sensor} />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </QueryView>
  )
}

function Row({ sensor: { id, definition, stage, progress, live, backTest, approver, unit: code, failure } }: { readonly sensor: WireSoftSensor }) {
  const { t } = useTranslation()
  const format = useFormat()
  const unit = unitText(code ?? undefined)
  const [best] = backTest?.trials ?? []
  return (
    <tr>
      <td>
        <Link to={links.softSensor(id)}>{lastName(definition.target)}</Link>
        <span className="mw-faint mw-sensor-place">{parentPath(definition.target)}</span>
      </td>
      <td title={failure ?? undefined}>
        <StageChip stage={stage} />
        {stage === 'training' && <Progress percent={Math.round(progress * 100)} size="small" aria-label={t('computed.stage.training')} />}
        {live !== null && live.trouble !== null && <span className="mw-state-outside"> {t('computed.trouble')}</span>}
      </td>
      <td className="mw-right mw-number">{live === null || live.value === null ? '–' : `${format.value(Number(live.value.toPrecision(4)))} ${unit}`}</td>
      <td className="mw-right mw-number">{backTest === null ? '–' : `± ${format.value(Number(backTest.band.toPrecision(3)))} ${unit}`}</td>
      <td className="mw-right mw-number">{best === undefined ? '–' : format.percent(Math.max(0, best.r2))}</td>
      <td>
        {definition.author}
        {approver !== null && <span className="mw-faint mw-sensor-place">{t('computed.approvedBy', { name: approver })}</span>}
      </td>
    </tr>
  )
}

/** What has become of a soft sensor, in a word. */
export function StageChip({ stage }: { readonly stage: WireSoftSensor['stage'] }) {
  const { t } = useTranslation()
  return <span className={stage === 'failed' ? 'mw-chip mw-state-outside' : 'mw-chip'}>{t(`computed.stage.${stage}`)}</span>
}
