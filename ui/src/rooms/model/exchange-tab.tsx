import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Radio } from 'antd'
import { useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { askJson } from '../../api/client.ts'
import { Failure, Loading } from '../../parts/view-state.tsx'
import { PlanView, type ImportPlan } from './plan-view.tsx'

const FORMATS = ['xlsx', 'csv', 'yaml'] as const
type Mode = 'merge' | 'replace'

/** The format of a file by its name; csv for names that say nothing. */
function formatOf(name: string): (typeof FORMATS)[number] {
  const ending = name.toLowerCase().split('.').at(-1) ?? ''
  return ending === 'xlsx' ? 'xlsx' : ending === 'yaml' || ending === 'yml' ? 'yaml' : 'csv'
}

function send(file: File, mode: Mode, isDry: boolean): Promise<ImportPlan> {
  const query = { format: formatOf(file.name), mode, dry_run: isDry }
  return askJson<ImportPlan>('/api/v1/model', { method: 'POST', query, body: file, headers: { 'content-type': 'application/octet-stream' } })
}

/** The whole model out as a file, and in from one: first what it would do, then, if somebody agrees, doing it. */
export function ExchangeTab() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [file, setFile] = useState<File>()
  const [mode, setMode] = useState<Mode>('merge')
  const [isOver, setOver] = useState(false)
  const dry = useMutation({ mutationFn: (given: { readonly file: File; readonly mode: Mode }) => send(given.file, given.mode, true) })
  const real = useMutation({
    mutationFn: (given: { readonly file: File; readonly mode: Mode }) => send(given.file, given.mode, false),
    onSuccess: ({ counts: { created, changed, deleted } }) => {
      void message.success(t('model.imported', { created, changed, deleted }))
      setFile(undefined)
      dry.reset()
      void queries.invalidateQueries()
    },
  })
  const choose = (next: File | undefined, nextMode = mode) => {
    if (next === undefined) return
    setFile(next)
    setMode(nextMode)
    real.reset()
    dry.mutate({ file: next, mode: nextMode })
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    choose(event.dataTransfer.files[0])
  }
  return (
    <>
      <div className="mw-exchange">
        <section className="mw-panel" aria-label={t('model.exportTitle')}>
          <h2>{t('model.exportTitle')}</h2>
          <p className="mw-soft">{t('model.exportText')}</p>
          <div className="mw-row mw-exchange-row">
            {FORMATS.map((format) => (
              <a key={format} className="mw-button" href={`/api/v1/model?format=${format}`} download={`plant-model.${format}`}>
                {format.toUpperCase()}
              </a>
            ))}
          </div>
        </section>
        <section className="mw-panel" aria-label={t('model.importTitle')}>
          <h2>{t('model.importTitle')}</h2>
          <p className="mw-soft">{t('model.importText')}</p>
          <label className={isOver ? 'mw-drop mw-drop-over' : 'mw-drop'} onDragOver={(event) => {
              event.preventDefault()
              setOver(true)
            }} onDragLeave={() => setOver(false)} onDrop={drop}>
            <span className="mw-button">{t('model.choose')}</span> <span className="mw-faint">{file?.name ?? t('model.drop')}</span>
            <input type="file" className="mw-hidden" accept=".csv,.txt,.xlsx,.yaml,.yml" onChange={(event) => {
                choose(event.target.files?.[0])
                // The same file, corrected, may be chosen again.
                event.target.value = ''
              }} />
          </label>
          <Radio.Group value={mode} onChange={(event) => (file === undefined ? setMode(event.target.value as Mode) : choose(file, event.target.value as Mode))} options={[{ value: 'merge', label: t('model.merge') }, { value: 'replace', label: t('model.replace') }]} />
        </section>
      </div>
      {dry.isPending && <Loading />}
      {dry.isError && <Failure error={dry.error} />}
      {real.isError && <Failure error={real.error} />}
      {file !== undefined && dry.data !== undefined && (
        <PlanView plan={dry.data} file={file.name}>
          <Button type="primary" danger={dry.data.counts.deleted > 0} loading={real.isPending} onClick={() => real.mutate({ file, mode })}>
            {t('model.doImport')}
          </Button>
        </PlanView>
      )}
    </>
  )
}
