import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireRetrainingItem } from '@millwright/model/wire/retraining.ts'
import { afterModelChange } from '../../api/model-queries.ts'
import { beginRetraining, retrainingQuery } from '../../api/retraining-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Empty, Failure, QueryView } from '../../parts/view-state.tsx'

const MS_PER_DAY = 86_400_000

/** What a newer model is due for, and why. Training makes candidates: nothing goes into service by itself. */
export function Retraining() {
  const { t } = useTranslation()
  const query = useQuery(retrainingQuery)
  return (
    <QueryView
      query={query}
      isEmpty={({ items }) => items.length === 0}
      empty={
        <Empty title={t('models.retraining.none')}>
          <p>{t('models.retraining.noneText')}</p>
        </Empty>
      }
    >
      {({ hour, items }) => <Plan hour={hour} items={items} />}
    </QueryView>
  )
}

function Plan({ hour, items }: { readonly hour: number; readonly items: readonly WireRetrainingItem[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const begin = useMutation({
    mutationFn: beginRetraining,
    onSettled: () => Promise.all([afterModelChange(client), client.invalidateQueries({ queryKey: ['retraining'] })]),
  })
  const due = items.filter(({ isDue, isHere }) => isDue && isHere).length
  return (
    <section className="mw-panel" aria-label={t('models.lists.retraining')}>
      <div className="mw-models-bar">
        <h2>{t('models.lists.retraining')}</h2>
        <Button
          type="primary"
          disabled={due === 0}
          loading={begin.isPending}
          onClick={() => {
            const by = requireAuthor()
            if (by !== undefined) begin.mutate(by)
          }}
        >
          {t('models.retraining.begin', { shown: format.count(due) })}
        </Button>
      </div>
      <p className="mw-soft mw-models-help">{t('models.retraining.help', { time: format.time(nextHour(hour)) })}</p>
      {begin.data !== undefined && (
        <p role="status">
          {t('models.retraining.begun', { shown: format.count(begin.data.begun) })} <Link to={links.models('candidates')}>{t('models.lists.candidates')}</Link>
        </p>
      )}
      {begin.error !== null && <Failure error={begin.error} compact />}
      <div className="mw-table-box" tabIndex={0} role="region" aria-label={t('models.lists.retraining')}>
        <table className="mw-table mw-plan-table">
          <thead>
            <tr>
              <th>{t('models.retraining.what')}</th>
              <th>{t('models.retraining.state')}</th>
              <th>{t('models.retraining.why')}</th>
              <th>{t('models.retraining.last')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <Row key={`${item.kind} ${item.name}`} item={item} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ item: { kind, id, name, last, isDue, isHere, why } }: { readonly item: WireRetrainingItem }) {
  const { t } = useTranslation()
  const format = useFormat()
  const to = kind === 'watch' ? links.modelsOf(name) : kind === 'life_model' ? links.lifeModels() : id === null ? links.softSensors() : kind === 'onnx' ? links.aiModel(id) : links.softSensor(id)
  return (
    <tr>
      <td>
        <Link to={to}>{name}</Link>
        <span className="mw-faint mw-models-place">{t(`models.retraining.kinds.${kind}`)}</span>
      </td>
      <td>{isDue ? <b>{t(isHere ? 'models.retraining.due' : 'models.retraining.dueElsewhere')}</b> : <span className="mw-faint">{t('models.retraining.notDue')}</span>}</td>
      <td>{why[format.language]}</td>
      <td className="mw-number">{last === null ? '–' : format.time(last)}</td>
    </tr>
  )
}

/** The next time at which it is that hour of the day (UTC). */
function nextHour(hour: number): number {
  const at = new Date()
  at.setUTCHours(hour, 0, 0, 0)
  return at.getTime() > Date.now() ? at.getTime() : at.getTime() + MS_PER_DAY
}
