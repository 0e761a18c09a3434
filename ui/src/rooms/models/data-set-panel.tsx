import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import { LABEL_KINDS } from '@millwright/model/wire/label.ts'
import { rebuildDataSet } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Failure } from '../../parts/view-state.tsx'

/** What a model learned from, by reference, and whether that can still be read exactly as it was. */
export function DataSetPanel({ model: { id, dataSet } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const format = useFormat()
  const rebuild = useMutation({ mutationFn: () => rebuildDataSet(id) })
  return (
    <section className="mw-panel" aria-label={t('models.data.title')}>
      <h2>{t('models.data.title')}</h2>
      {dataSet === null ? (
        <p className="mw-faint">{t('models.data.none')}</p>
      ) : (
        <>
          <dl className="mw-fact-list">
            <div>
              <dt>{t('models.data.range')}</dt>
              <dd>{t('models.data.between', { from: format.dateTime(dataSet.from), to: format.dateTime(dataSet.to) })}</dd>
            </div>
            <div>
              <dt>{t('models.data.samples')}</dt>
              <dd className="mw-number">{format.count(dataSet.samples)}</dd>
            </div>
            <div>
              <dt>{t('models.data.signals')}</dt>
              <dd>{t('models.data.signalsOf', { shown: format.count(dataSet.signals.length), states: format.count(dataSet.states.length) })}</dd>
            </div>
            <div>
              <dt>{t('models.data.labels')}</dt>
              <dd>
                {dataSet.labels.length === 0
                  ? t('models.data.noLabels')
                  : LABEL_KINDS.map((kind) => ({ kind, count: dataSet.labels.filter((label) => label.kind === kind).length }))
                      .filter(({ count }) => count > 0)
                      .map(({ kind, count }) => `${t(`models.labels.kind.${kind}`)} ${format.count(count)}`)
                      .join(', ')}
              </dd>
            </div>
            <div>
              <dt>{t('models.data.hash')}</dt>
              <dd>
                <code>{dataSet.hash}</code>
              </dd>
            </div>
          </dl>
          <Button loading={rebuild.isPending} onClick={() => rebuild.mutate()}>
            {t('models.data.rebuild')}
          </Button>
          {rebuild.data !== undefined && (
            <p role="status" className={rebuild.data.isSame ? undefined : 'mw-state-outside'}>
              {t(rebuild.data.isSame ? 'models.data.same' : 'models.data.differs', { samples: format.count(rebuild.data.samples), hash: rebuild.data.hash.slice(0, 12) })}
            </p>
          )}
          {rebuild.error !== null && <Failure error={rebuild.error} compact />}
        </>
      )}
    </section>
  )
}
