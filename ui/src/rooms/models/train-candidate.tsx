import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { LABEL_KINDS } from '@millwright/model/wire/label.ts'
import { intelligenceQuery } from '../../api/anomaly-queries.ts'
import { afterModelChange, labelsQuery, trainCandidate } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { AssetField } from './asset-field.tsx'
import { DataSets } from './data-sets.tsx'

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30
const MAX_DAYS = 3_650
const MAX_NAME = 200

/** Trains a candidate on the history of a machine and what people said in it. */
export function TrainCandidate({ asset: first }: { readonly asset: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { data: head } = useQuery(intelligenceQuery)
  const [asset, setAsset] = useState(first)
  const [days, setDays] = useState<number | null>(DEFAULT_DAYS)
  const [until, setUntil] = useState<number | null>(0)
  const [dataSet, setDataSet] = useState<string>()
  const [experiment, setExperiment] = useState('')
  const [alarms, setAlarms] = useState<number | null>(null)
  const toMs = Date.now() - (until ?? 0) * DAY_MS
  const fromMs = toMs - (days ?? DEFAULT_DAYS) * DAY_MS
  const labels = useQuery({ ...labelsQuery(asset.trim()), enabled: asset.trim() !== '', retry: false, refetchInterval: false })
  const used = labels.data?.items.filter((label) => label.to > fromMs && label.from < toMs) ?? []
  const train = useMutation({
    mutationFn: (author: string) =>
      trainCandidate({ asset: asset.trim(), ...(dataSet !== undefined ? { dataSet } : { from: Math.round(fromMs), ...((until ?? 0) > 0 && { to: Math.round(toMs) }) }), ...(experiment.trim() !== '' && { experiment: experiment.trim() }), ...(alarms !== null && { alarmsPerWeek: alarms }), author }),
    onSuccess: ({ id }) => {
      void afterModelChange(client)
      void navigate(links.aiModel(id))
    },
  })
  return (
    <form
      className="mw-panel mw-bench"
      aria-label={t('models.bench.train')}
      onSubmit={(event) => {
        event.preventDefault()
        const author = requireAuthor()
        if (author !== undefined) train.mutate(author)
      }}
    >
      <AssetField
        label={t('models.machine')}
        value={asset}
        onChange={(path) => {
          setAsset(path)
          setDataSet(undefined)
        }}
      />
      <div className="mw-bench-field">
        <span>{t('models.bench.range')}</span>
        <span className="mw-row">
          <InputNumber aria-label={t('models.bench.days')} min={1} max={MAX_DAYS} precision={0} value={days} onChange={setDays} suffix={t('models.bench.daysUnit')} />
          <InputNumber aria-label={t('models.bench.until')} min={0} max={MAX_DAYS} precision={0} value={until} onChange={setUntil} prefix={t('models.bench.until')} suffix={t('models.bench.untilUnit')} />
          <span className="mw-faint">{t('models.data.between', { from: format.dateTime(fromMs), to: format.dateTime(toMs) })}</span>
        </span>
      </div>
      <div className="mw-bench-field">
        <span>{t('models.data.labels')}</span>
        <span className={labels.isError ? 'mw-state-outside' : 'mw-soft'}>
          {asset.trim() === ''
            ? '–'
            : labels.isError
              ? t('models.bench.noAsset')
              : used.length === 0
                ? t('models.bench.noLabels')
                : LABEL_KINDS.map((kind) => ({ kind, count: used.filter((label) => label.kind === kind).length }))
                    .filter(({ count }) => count > 0)
                    .map(({ kind, count }) => `${t(`models.labels.kind.${kind}`)} ${format.count(count)}`)
                    .join(', ')}
        </span>
      </div>
      {labels.isSuccess && asset.trim() !== '' && <DataSets key={asset.trim()} asset={asset.trim()} fromMs={fromMs} toMs={toMs} chosen={dataSet} onChoose={setDataSet} />}
      <div className="mw-bench-field">
        <span>{t('models.bench.alarms')}</span>
        <InputNumber aria-label={t('models.bench.alarms')} min={0.01} max={100} value={alarms} placeholder={head === undefined ? '' : String(head.alarmsPerWeek)} onChange={setAlarms} />
      </div>
      <label className="mw-bench-field">
        <span>{t('models.bench.name')}</span>
        <input maxLength={MAX_NAME} value={experiment} placeholder={t('models.bench.optional')} onChange={(event) => setExperiment(event.target.value)} />
      </label>
      <p className="mw-faint">{t('models.bench.after')}</p>
      <div>
        <Button type="primary" htmlType="submit" disabled={asset.trim() === '' || days === null || labels.isError} loading={train.isPending}>
          {t('models.newCandidate')}
        </Button>
      </div>
      {train.error !== null && <Failure error={train.error} compact />}
    </form>
  )
}
