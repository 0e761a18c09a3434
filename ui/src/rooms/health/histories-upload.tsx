import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireHistoryImport } from '@millwright/model/wire/health.ts'
import { importHistories } from '../../api/health-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'

/** Brings a table of run-to-failure histories; `onDone` hears what became of it and of which type the machines are. */
export function HistoriesUpload({ onDone }: { readonly onDone: (done: WireHistoryImport, type: string) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const [file, setFile] = useState<File>()
  const [under, setUnder] = useState('lab/histories')
  const [type, setType] = useState('run_to_failure')
  const [cycleHours, setCycleHours] = useState<number | null>(1)
  const [failed, setFailed] = useState(true)
  const [names, setNames] = useState('')
  const bring = useMutation({
    mutationFn: ({ chosen, by }: { readonly chosen: File; readonly by: string }) => importHistories({ file: chosen, under: under.trim(), type: type.trim(), cycleHours: cycleHours ?? 1, failed, names, by }),
    onSuccess: (done) => {
      void client.invalidateQueries({ queryKey: ['assets'] })
      onDone(done, type.trim())
    },
  })
  const field = (label: string, value: string, onChange: (text: string) => void) => (
    <label className="mw-form-field">
      <span>{label}</span>
      <input value={value} spellCheck={false} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
    </label>
  )
  return (
    <details className="mw-panel mw-histories">
      <summary>{t('health.histories.title')}</summary>
      <div className="mw-form">
        <p className="mw-soft">{t('health.histories.lead')}</p>
        <label className="mw-form-field">
          <span>{t('health.histories.file')}</span>
          <input type="file" accept=".csv,.txt,.tsv,text/*" onChange={(event) => setFile(event.target.files?.[0])} />
        </label>
        {field(t('health.histories.under'), under, setUnder)}
        {field(t('health.histories.type'), type, setType)}
        {field(t('health.histories.names'), names, setNames)}
        <label className="mw-form-field">
          <span>{t('health.histories.cycleHours')}</span>
          <InputNumber aria-label={t('health.histories.cycleHours')} min={0.001} max={10_000} value={cycleHours} onChange={setCycleHours} />
        </label>
        <div className="mw-row" role="radiogroup" aria-label={t('health.new.failures')}>
          {[true, false].map((one) => (
            <label key={String(one)}>
              <input type="radio" name="failed" checked={failed === one} onChange={() => setFailed(one)} /> {t(one ? 'health.histories.failed' : 'health.histories.living')}
            </label>
          ))}
        </div>
        <div className="mw-row">
          <Button
            disabled={file === undefined || under.trim() === '' || type.trim() === '' || cycleHours === null}
            loading={bring.isPending}
            onClick={() => {
              const by = requireAuthor()
              if (by !== undefined && file !== undefined) bring.mutate({ chosen: file, by })
            }}
          >
            {t('health.histories.bring')}
          </Button>
          {bring.data !== undefined && (
            <span role="status">
              {t('health.histories.done', { assets: format.count(bring.data.assets), signals: format.count(bring.data.signals.length), samples: format.count(bring.data.samples) })}{' '}
              {bring.data.constant.length > 0 && t('health.histories.constant', { names: bring.data.constant.join(', ') })}
            </span>
          )}
        </div>
        {bring.error !== null && <Failure error={bring.error} compact />}
      </div>
    </details>
  )
}
