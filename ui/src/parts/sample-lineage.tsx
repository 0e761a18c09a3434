import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireSampleLineage } from '@millwright/model/wire/ai-model.ts'
import { sampleLineageQuery } from '../api/retraining-queries.ts'
import { useFormat } from '../i18n/use-format.ts'
import { links } from '../links.ts'
import { Fact } from './fact.tsx'
import { QueryView } from './view-state.tsx'

const SELF_LEARNED = 'self-learned'

/** From the newest value of a computed signal back to the model, its code and data, and the people who answer for it. Asked for when it is opened. */
export function SampleLineage({ signal }: { readonly signal: string }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const query = useQuery({ ...sampleLineageQuery(signal), enabled: isOpen })
  return (
    <details className="mw-lineage" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('computed.lineage')}</summary>
      {isOpen && <QueryView query={query}>{(lineage) => <Answer lineage={lineage} />}</QueryView>}
    </details>
  )
}

function Answer({ lineage }: { readonly lineage: WireSampleLineage }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { time, value, by, model, modelVersion, codeVersion, file, author, approver, since, dataSetHash, labels, inputs } = lineage
  return (
    <dl className="mw-fact-list">
      <Fact name={t('models.lineage.value')}>
        {value === null ? '–' : typeof value === 'number' ? format.value(value) : value}, {format.time(time)}
      </Fact>
      <Fact name={t('models.lineage.model')}>
        {model === null ? t('models.lineage.forgotten') : model === SELF_LEARNED ? t('models.selfLearned') : <Link to={by === 'soft sensor' ? links.softSensor(model) : modelVersion === null ? links.lifeModels() : links.aiModel(model)}>{modelVersion === null ? <code>{model}</code> : t('models.version', { version: modelVersion })}</Link>}
      </Fact>
      {codeVersion !== null && (
        <Fact name={t('models.facts.code')}>
          <code>{codeVersion}</code>
        </Fact>
      )}
      {file !== null && (
        <Fact name={t('models.onnx.file')}>
          <code>{file}</code>
        </Fact>
      )}
      {author !== null && <Fact name={t('models.facts.author')}>{author}</Fact>}
      {approver !== null && (
        <Fact name={t('models.facts.approver')}>
          {approver}
          {since !== null && `, ${format.time(since)}`}
        </Fact>
      )}
      {dataSetHash !== null && (
        <Fact name={t('models.data.hash')}>
          <code>{dataSetHash}</code>
        </Fact>
      )}
      {labels.length > 0 && <Fact name={t('models.data.labels')}>{format.count(labels.length)}</Fact>}
      {inputs.length > 0 && <Fact name={t('computed.inputs')}>{inputs.join(', ')}</Fact>}
    </dl>
  )
}
