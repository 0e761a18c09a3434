import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import { afterModelChange, putCard, readCard } from '../../api/model-queries.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { saveFile } from '../../trend/export/save-file.ts'

const MAX_PURPOSE = 10_000
const MAX_NOTES = 50_000

/** What a model is for, in words that anybody may improve; and the whole card as a file. */
export function ModelCard({ model: { id, purpose: english, purposeZh, notes } }: { readonly model: WireModel }) {
  const { t, i18n } = useTranslation()
  const language = i18n.language.startsWith('zh') ? 'zh' : 'en'
  const purpose = language === 'zh' ? (purposeZh ?? english) : english
  const client = useQueryClient()
  const [edited, setEdited] = useState<{ readonly purpose: string; readonly notes: string }>()
  const save = useMutation({
    mutationFn: ({ by, ...texts }: { readonly purpose: string; readonly notes: string; readonly by: string }) =>
      // Words that were not touched keep both of their languages.
      putCard(id, texts.purpose === purpose ? { ...texts, purpose: english, ...(purposeZh !== null && { purposeZh }) } : texts, by),
    onSuccess: async () => {
      await afterModelChange(client)
      setEdited(undefined)
    },
  })
  const keep = useMutation({ mutationFn: async (kind: 'markdown' | 'json') => saveFile(await readCard(id, kind, language), `model-${id}.${kind === 'json' ? 'json' : 'md'}`) })
  return (
    <section className="mw-panel" aria-label={t('models.card.title')}>
      <div className="mw-models-bar">
        <h2>{t('models.card.title')}</h2>
        <div className="mw-row">
          <Button onClick={() => keep.mutate('markdown')}>{t('models.card.markdown')}</Button>
          <Button onClick={() => keep.mutate('json')}>{t('models.card.json')}</Button>
          {edited === undefined && <Button onClick={() => setEdited({ purpose, notes })}>{t('models.card.edit')}</Button>}
        </div>
      </div>
      {keep.error !== null && <Failure error={keep.error} compact />}
      {edited === undefined ? (
        <>
          <p className="mw-model-purpose">{purpose}</p>
          {notes !== '' && <p className="mw-model-purpose">{notes}</p>}
        </>
      ) : (
        <div className="mw-card-form">
          <label>
            <span className="mw-soft">{t('models.card.purpose')}</span>
            <Input.TextArea autoFocus autoSize={{ minRows: 3, maxRows: 12 }} maxLength={MAX_PURPOSE} value={edited.purpose} onChange={(event) => setEdited({ ...edited, purpose: event.target.value })} />
          </label>
          <label>
            <span className="mw-soft">{t('models.card.notes')}</span>
            <Input.TextArea autoSize={{ minRows: 3, maxRows: 20 }} maxLength={MAX_NOTES} value={edited.notes} onChange={(event) => setEdited({ ...edited, notes: event.target.value })} />
          </label>
          <div className="mw-row">
            <Button
              type="primary"
              disabled={edited.purpose.trim() === ''}
              loading={save.isPending}
              onClick={() => {
                const by = requireAuthor()
                if (by !== undefined) save.mutate({ ...edited, by })
              }}
            >
              {t('models.card.save')}
            </Button>
            <Button onClick={() => setEdited(undefined)}>{t('models.card.cancel')}</Button>
          </div>
          {save.error !== null && <Failure error={save.error} compact />}
        </div>
      )}
    </section>
  )
}
