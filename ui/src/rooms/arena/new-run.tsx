import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireArenaContest } from '@millwright/model/wire/arena.ts'
import type { WireOnnxFile } from '@millwright/model/wire/onnx.ts'
import { onnxFilesQuery, runContest } from '../../api/arena-queries.ts'
import { uploadOnnx } from '../../api/onnx-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { UnreadableText } from '../models/onnx-draft.ts'
import { contractFor, runFieldsOf, type Entrant } from './arena-draft.ts'
import { useContestTitle } from './contest-title.ts'

/** Chooses who is scored on a collection, and begins. A model says its limit here, before any data are read. */
export function NewRun({ contest }: { readonly contest: WireArenaContest }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const titleOf = useContestTitle()
  const [entrant, setEntrant] = useState<Entrant>('ours')
  const [left, setLeft] = useState<readonly string[]>([])
  const [file, setFile] = useState<WireOnnxFile>()
  const [contract, setContract] = useState('')
  const [limit, setLimit] = useState<number | null>(null)
  const { name, source, detectors, signals, missing, needs } = contest
  const run = useMutation({
    mutationFn: async (by: string) => await runContest(runFieldsOf({ contest: name, entrant, detectors: detectors.filter((one) => !left.includes(one)), file: file?.file ?? '', contract, limit, by })),
    onSettled: () => client.invalidateQueries({ queryKey: ['arena'] }),
  })
  const isReady = missing === null && (entrant === 'ours' ? detectors.length === 0 || left.length < detectors.length : file !== undefined)
  return (
    <section className="mw-panel mw-arena-new" aria-label={titleOf(contest)}>
      <h2>{titleOf(contest)}</h2>
      <p className="mw-soft">{t(`arena.source.${source}`)}</p>
      {missing !== null && (
        <div className="mw-notice">
          <p>{t('arena.missing', { reason: missing })}</p>
          {needs !== null && <p>{t('arena.needs', { files: needs.files.join(', '), folder: needs.folder, from: needs.from, licence: needs.licence })}</p>}
        </div>
      )}
      {missing === null && signals.length > 0 && (
        <div className="mw-row" role="radiogroup" aria-label={t('arena.entrant')}>
          {(['ours', 'model'] as const).map((one) => (
            <label key={one} className="mw-arena-choice">
              <input type="radio" name="entrant" checked={entrant === one} onChange={() => setEntrant(one)} /> {t(`arena.entrants.${one}`)}
            </label>
          ))}
        </div>
      )}
      {missing === null && entrant === 'ours' && detectors.length > 0 && (
        <div className="mw-arena-detectors" role="group" aria-label={t('arena.detectors')}>
          {detectors.map((one) => (
            <label key={one} className="mw-arena-choice">
              <input type="checkbox" checked={!left.includes(one)} onChange={() => setLeft(left.includes(one) ? left.filter((other) => other !== one) : [...left, one])} /> <code>{one}</code>
            </label>
          ))}
        </div>
      )}
      {missing === null && entrant === 'model' && (
        <>
          <ModelFile
            chosen={file}
            onChoose={(next) => {
              setFile(next)
              setContract(JSON.stringify(contractFor(next, contest), null, 2))
            }}
          />
          {file !== undefined && (
            <>
              <p className="mw-faint">{t('arena.signalNames', { names: signals.join(', ') })}</p>
              <label className="mw-arena-contract">
                <span>{t('arena.contract')}</span>
                <Input.TextArea spellCheck={false} autoSize={{ minRows: 6, maxRows: 16 }} value={contract} onChange={(event) => setContract(event.target.value)} />
              </label>
              {source === 'plant' ? (
                <p className="mw-faint">{t('arena.limitPlant')}</p>
              ) : (
                <label className="mw-arena-choice">
                  {t('arena.limit')} <InputNumber aria-label={t('arena.limit')} value={limit} onChange={setLimit} />
                  <span className="mw-faint">{t('arena.limitHelp')}</span>
                </label>
              )}
            </>
          )}
        </>
      )}
      {missing === null && (
        <div className="mw-row">
          <Button
            type="primary"
            disabled={!isReady}
            loading={run.isPending}
            onClick={() => {
              const by = requireAuthor()
              if (by !== undefined) run.mutate(by)
            }}
          >
            {t('arena.run')}
          </Button>
          <span className="mw-faint">{t('arena.cost')}</span>
        </div>
      )}
      {run.error instanceof UnreadableText ? (
        <p className="mw-notice mw-notice-outside" role="alert">
          {t('models.bench.unreadable.contract', { reason: run.error.message })}
        </p>
      ) : (
        run.error !== null && <Failure error={run.error} compact />
      )}
    </section>
  )
}

/** A file that was uploaded before, or a new one. */
function ModelFile({ chosen, onChoose }: { readonly chosen: WireOnnxFile | undefined; readonly onChoose: (file: WireOnnxFile) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const { data: files = [] } = useQuery(onnxFilesQuery)
  const upload = useMutation({
    mutationFn: ({ bytes, by }: { readonly bytes: File; readonly by: string }) => uploadOnnx(bytes, by),
    onSuccess: (file) => {
      onChoose(file)
      return client.invalidateQueries({ queryKey: ['onnx', 'files'] })
    },
  })
  return (
    <div className="mw-arena-file">
      {files.length > 0 && (
        <select
          aria-label={t('arena.uploaded')}
          value={chosen?.file ?? ''}
          onChange={(event) => {
            const file = files.find((one) => one.file === event.target.value)
            if (file !== undefined) onChoose(file)
          }}
        >
          <option value="" disabled>
            {t('arena.uploaded')}
          </option>
          {files.map((one) => (
            <option key={one.file} value={one.file}>
              {one.contract?.name ?? one.file.slice(0, 12)}, {format.time(one.uploaded)}, {one.author}
            </option>
          ))}
        </select>
      )}
      <label className="mw-arena-choice">
        <span>{t('arena.upload')}</span>
        <input
          type="file"
          accept=".onnx"
          disabled={upload.isPending}
          onChange={(event) => {
            const bytes = event.target.files?.[0]
            const by = requireAuthor()
            if (by === undefined) event.target.value = ''
            else if (bytes !== undefined) upload.mutate({ bytes, by })
          }}
        />
      </label>
      {upload.isPending && <p role="status">{t('models.bench.reading')}</p>}
      {upload.error !== null && <Failure error={upload.error} compact />}
    </div>
  )
}
