import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Progress } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireNamedDataSet } from '@millwright/model/wire/data-set.ts'
import { dataSetRows, dataSetsQuery, makeDataSet } from '../../api/data-set-queries.ts'
import { signalsQuery } from '../../api/queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'

const MAX_SIGNALS = 200
const MAX_NAME = 200
const HASH_SHOWN = 12

interface DataSetsProps {
  readonly asset: string
  readonly fromMs: number
  readonly toMs: number
  /** Id of the data set to train on; none: the range. */
  readonly chosen: string | undefined
  readonly onChoose: (id: string | undefined) => void
}

/** Data sets of a machine: one may be trained on, so that several trials stand on the very same samples. */
export function DataSets({ asset, fromMs, toMs, chosen, onChoose }: DataSetsProps) {
  const { t } = useTranslation()
  const { data: sets = [] } = useQuery(dataSetsQuery(asset))
  return (
    <fieldset className="mw-sets">
      <legend>{t('models.sets.title')}</legend>
      <label className="mw-set">
        <input type="radio" name="data-set" checked={chosen === undefined} onChange={() => onChoose(undefined)} />
        <span>{t('models.sets.range')}</span>
      </label>
      {sets.map((set) => (
        <DataSet key={set.id} set={set} isChosen={set.id === chosen} onChoose={() => onChoose(set.id)} />
      ))}
      <NewDataSet asset={asset} fromMs={fromMs} toMs={toMs} />
    </fieldset>
  )
}

function DataSet({ set: { id, name, state, progress, failure, signalNames, data, author }, isChosen, onChoose }: { readonly set: WireNamedDataSet; readonly isChosen: boolean; readonly onChoose: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <label className="mw-set">
      <input type="radio" name="data-set" checked={isChosen} disabled={state !== 'ready'} onChange={onChoose} />
      <span>
        <b>{name}</b>{' '}
        <span className="mw-soft">
          {format.date(data.from)} – {format.date(data.to)}, {t('models.sets.holds', { signals: format.count(signalNames.length), samples: format.count(data.samples), labels: format.count(data.labels.length) })}
        </span>{' '}
        <span className="mw-faint">{author}</span>
        {state === 'reading' && <Progress percent={Math.round(progress * 100)} size="small" aria-label={name} />}
        {state === 'failed' && <span className="mw-state-outside"> {failure}</span>}
        {state === 'ready' && (
          <span className="mw-faint">
            {' '}
            <code title={data.hash}>{data.hash.slice(0, HASH_SHOWN)}</code> <a href={dataSetRows(id)}>{t('models.sets.rows')}</a>
          </span>
        )}
      </span>
    </label>
  )
}

/** Names the range, and which of the machine's signals belong to it. */
function NewDataSet({ asset, fromMs, toMs }: Pick<DataSetsProps, 'asset' | 'fromMs' | 'toMs'>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [left, setLeft] = useState<readonly string[]>([])
  const signals = useInfiniteQuery(signalsQuery({ under: asset, direct: true, limit: MAX_SIGNALS }))
  const names = signals.data?.pages.flatMap(({ items }) => items).map((signal) => signal.name) ?? []
  const make = useMutation({
    mutationFn: (author: string) => makeDataSet({ name: name.trim(), asset, from: Math.round(fromMs), to: Math.round(toMs), author, ...(left.length > 0 && { signals: names.filter((one) => !left.includes(one)) }) }),
    onSuccess: () => {
      setName('')
      return client.invalidateQueries({ queryKey: ['data-sets', asset] })
    },
  })
  return (
    <details>
      <summary>{t('models.sets.new')}</summary>
      <div className="mw-set-new">
        <input aria-label={t('models.sets.name')} placeholder={t('models.sets.name')} maxLength={MAX_NAME} value={name} onChange={(event) => setName(event.target.value)} />
        <Button
          disabled={name.trim() === '' || left.length === names.length}
          loading={make.isPending}
          onClick={() => {
            const author = requireAuthor()
            if (author !== undefined) make.mutate(author)
          }}
        >
          {t('models.sets.make')}
        </Button>
        <div className="mw-set-signals">
          {names.map((one) => (
            <label key={one}>
              <input type="checkbox" checked={!left.includes(one)} onChange={() => setLeft(left.includes(one) ? left.filter((other) => other !== one) : [...left, one])} /> {one}
            </label>
          ))}
        </div>
      </div>
      {make.error !== null && <Failure error={make.error} compact />}
    </details>
  )
}
