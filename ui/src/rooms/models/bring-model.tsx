import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireOnnxFile, WireOnnxTensor } from '@millwright/model/wire/onnx.ts'
import { afterModelChange } from '../../api/model-queries.ts'
import { bindOnnx, onnxRunsQuery, refusalsOf, uploadOnnx } from '../../api/onnx-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { AssetField } from './asset-field.tsx'
import { bindFieldsOf, exampleContract, UnreadableText } from './onnx-draft.ts'

/** How given pairs look. */
const PAIR_EXAMPLE = '[{"rows": [[21.5, 1480]], "output": 46.2}]'

/** Brings a trained model as an ONNX file: upload, contract, pairs that prove it, machines; refused with every reason at once. */
export function BringModel({ asset: first }: { readonly asset: string }) {
  const { t } = useTranslation()
  const { data: runs } = useQuery(onnxRunsQuery)
  const [file, setFile] = useState<WireOnnxFile>()
  const upload = useMutation({ mutationFn: ({ chosen, by }: { readonly chosen: File; readonly by: string }) => uploadOnnx(chosen, by), onSuccess: setFile })
  return (
    <section className="mw-panel mw-bench" aria-label={t('models.bench.bring')}>
      {runs?.isAvailable === false && <p className="mw-notice mw-notice-outside">{t('models.onnx.noRuntime', { reason: runs.why ?? '–' })}</p>}
      <label className="mw-bench-field">
        <span>{t('models.bench.file')}</span>
        <input
          type="file"
          accept=".onnx"
          disabled={upload.isPending}
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            const by = requireAuthor()
            if (by === undefined) event.target.value = ''
            else if (chosen !== undefined) upload.mutate({ chosen, by })
          }}
        />
      </label>
      {upload.isPending && <p role="status">{t('models.bench.reading')}</p>}
      <Refused error={upload.error} />
      {file !== undefined && (
        <>
          <FileFacts file={file} />
          <Contract key={file.file} file={file} asset={first} />
        </>
      )}
    </section>
  )
}

function FileFacts({ file: { bytes, inputs, outputs, opsets, producer, loadMs } }: { readonly file: WireOnnxFile }) {
  const { t } = useTranslation()
  const format = useFormat()
  const shown = (tensors: readonly WireOnnxTensor[]) => tensors.map(({ name, type, shape }) => `${name}: ${type}[${shape.join(' × ')}]`).join('; ')
  return (
    <dl className="mw-fact-list">
      <div>
        <dt>{t('models.bench.size')}</dt>
        <dd>
          {format.bytes(bytes)}, {producer} {opsets.map(({ domain, version }) => `${domain === '' ? 'ai.onnx' : domain} ${version}`).join(', ')}, {t('models.bench.loaded', { ms: format.value(Math.round(loadMs)) })}
        </dd>
      </div>
      <div>
        <dt>{t('models.bench.inputs')}</dt>
        <dd>
          <code>{shown(inputs)}</code>
        </dd>
      </div>
      <div>
        <dt>{t('models.bench.outputs')}</dt>
        <dd>
          <code>{shown(outputs)}</code>
        </dd>
      </div>
    </dl>
  )
}

function Contract({ file, asset: first }: { readonly file: WireOnnxFile; readonly asset: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const [contract, setContract] = useState(() => JSON.stringify(file.contract ?? exampleContract(file), null, 2))
  const [pairs, setPairs] = useState('')
  const [assets, setAssets] = useState<readonly string[]>(first === '' ? [] : [first])
  const [typed, setTyped] = useState('')
  const bind = useMutation({
    mutationFn: async ({ author, dryRun }: { readonly author: string; readonly dryRun: boolean }) => await bindOnnx(bindFieldsOf({ file: file.file, contract, pairs, assets, author, dryRun })),
    onSuccess: () => afterModelChange(client),
  })
  const go = (dryRun: boolean) => {
    const author = requireAuthor()
    if (author !== undefined) bind.mutate({ author, dryRun })
  }
  const add = () => {
    const path = typed.trim()
    if (path !== '' && !assets.includes(path)) setAssets([...assets, path])
    setTyped('')
  }
  const isReady = pairs.trim() !== '' && assets.length > 0
  return (
    <>
      <label className="mw-bench-field mw-bench-text">
        <span>{t('models.bench.contract')}</span>
        <span className="mw-faint">{t(file.contract === null ? 'models.bench.contractExample' : 'models.bench.contractOfFile')}</span>
        <Input.TextArea className="mw-code" spellCheck={false} autoSize={{ minRows: 8, maxRows: 24 }} value={contract} onChange={(event) => setContract(event.target.value)} />
      </label>
      <label className="mw-bench-field mw-bench-text">
        <span>{t('models.bench.pairs')}</span>
        <span className="mw-faint">{t('models.bench.pairsHelp')}</span>
        <Input.TextArea className="mw-code" spellCheck={false} autoSize={{ minRows: 3, maxRows: 12 }} placeholder={PAIR_EXAMPLE} value={pairs} onChange={(event) => setPairs(event.target.value)} />
      </label>
      <div className="mw-bench-assets">
        <AssetField label={t('models.bench.assets')} value={typed} onChange={setTyped} />
        <Button onClick={add} disabled={typed.trim() === ''}>
          {t('models.bench.add')}
        </Button>
      </div>
      {assets.length > 0 && (
        <ul className="mw-bench-chosen">
          {assets.map((path) => (
            <li key={path}>
              <span title={path}>{path}</span>
              <Button size="small" aria-label={`${t('models.bench.remove')} ${lastName(path)}`} onClick={() => setAssets(assets.filter((one) => one !== path))}>
                {t('models.bench.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="mw-row">
        <Button disabled={!isReady} loading={bind.isPending} onClick={() => go(true)}>
          {t('models.bench.check')}
        </Button>
        <Button type="primary" disabled={!isReady} loading={bind.isPending} onClick={() => go(false)}>
          {t('models.bench.make')}
        </Button>
      </div>
      <Refused error={bind.error} />
      {bind.data !== undefined && (
        <div className="mw-notice" role="status">
          <p>
            {t('models.onnx.checkedBy', { pairs: format.count(bind.data.check.pairs) })} {bind.data.check.worst !== null && t('models.onnx.worst', { share: format.percent(bind.data.check.worst) })} {t('models.onnx.call', { us: format.value(Number(bind.data.check.callUs.toPrecision(2))) })}
          </p>
          {bind.data.items.length > 0 && (
            <p>
              {t('models.bench.made')}{' '}
              {bind.data.items.map(({ id, asset, version }, index) => (
                <span key={id}>
                  {index > 0 && ', '}
                  <Link to={links.aiModel(id)}>
                    {lastName(asset)} {t('models.version', { version })}
                  </Link>
                </span>
              ))}
            </p>
          )}
        </div>
      )}
    </>
  )
}

/** Every reason at once: where, what was wrong, what would be right. */
function Refused({ error }: { readonly error: Error | null }) {
  const { t } = useTranslation()
  if (error === null) return null
  if (error instanceof UnreadableText) {
    return (
      <p className="mw-notice mw-notice-outside" role="alert">
        {t(`models.bench.unreadable.${error.field}`, { reason: error.message })}
      </p>
    )
  }
  const refusals = refusalsOf(error)
  if (refusals.length === 0) return <Failure error={error} compact />
  return (
    <div className="mw-notice mw-notice-outside" role="alert">
      <b>{t('models.bench.refused')}</b>
      <table className="mw-table">
        <thead>
          <tr>
            <th>{t('models.bench.where')}</th>
            <th>{t('models.bench.what')}</th>
            <th>{t('models.bench.right')}</th>
          </tr>
        </thead>
        <tbody>
          {refusals.map(({ where, what, right }, index) => (
            <tr key={index}>
              <td>
                <code>{where}</code>
              </td>
              <td>{what}</td>
              <td>{right}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
