import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireAnnotation } from '@millwright/model/wire/annotation.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { currentAuthor, rememberAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { deleteAnnotation, saveAnnotation } from '../data/trend-queries.ts'

/** What a new remark is on. */
export interface NotePlace {
  readonly fromMs: number
  readonly toMs: number | undefined
}

interface NoteDialogProps {
  /** A remark to change, or where a new one goes. */
  readonly note: WireAnnotation | NotePlace
  readonly signals: readonly string[]
  readonly onClose: () => void
}

/** Writes, changes or deletes a remark. Until people have accounts, the author is the name that they give. */
export function NoteDialog({ note, signals, onClose }: NoteDialogProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const known = 'id' in note ? note : undefined
  const place: NotePlace = 'id' in note ? { fromMs: note.from, toMs: note.to } : note
  const [text, setText] = useState(known?.text ?? '')
  const [author, setAuthor] = useState(known?.author ?? currentAuthor())
  const [isAbout, setAbout] = useState(known === undefined || known.signals.length > 0)
  const done = {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['annotations'] })
      onClose()
    },
  }
  const save = useMutation({
    mutationFn: () => {
      rememberAuthor(author)
      const about = isAbout ? (known !== undefined && known.signals.length > 0 ? known.signals : signals) : []
      return saveAnnotation({ from: place.fromMs, ...(place.toMs !== undefined && { to: place.toMs }), signals: [...about], text, author }, known?.id)
    },
    ...done,
  })
  const remove = useMutation({ mutationFn: () => deleteAnnotation(known?.id ?? ''), ...done })
  const isReady = text.trim() !== '' && author.trim() !== ''
  const when = place.toMs === undefined ? t('trend.note.at', { time: format.dateTime(place.fromMs) }) : t('trend.note.between', { from: format.dateTime(place.fromMs), to: format.dateTime(place.toMs) })
  const error = save.error ?? remove.error
  return (
    <Modal
      open
      onCancel={onClose}
      title={known === undefined ? t('trend.note.newTitle') : t('trend.note.title')}
      width={480}
      footer={
        <div className="mw-row mw-trend-foot">
          {known !== undefined && (
            <Button danger loading={remove.isPending} onClick={() => remove.mutate()}>
              {t('trend.note.remove')}
            </Button>
          )}
          <Button type="primary" disabled={!isReady} loading={save.isPending} onClick={() => save.mutate()}>
            {t('trend.note.save')}
          </Button>
        </div>
      }
    >
      <div className="mw-trend-form">
        <p className="mw-soft">{when}</p>
        <Input.TextArea autoFocus aria-label={t('trend.note.text')} placeholder={t('trend.note.text')} autoSize={{ minRows: 3, maxRows: 10 }} maxLength={2_000} value={text} onChange={(event) => setText(event.target.value)} />
        <Input aria-label={t('trend.note.author')} placeholder={t('trend.note.author')} maxLength={100} value={author} onChange={(event) => setAuthor(event.target.value)} />
        <Checkbox checked={isAbout} onChange={(event) => setAbout(event.target.checked)}>
          {t('trend.note.about')}
        </Checkbox>
        {known === undefined ? <p className="mw-faint">{t('trend.note.help')}</p> : <p className="mw-faint">{t('trend.note.by', { author: known.author, time: format.dateTime(known.changed) })}</p>}
        {error !== null && <Failure error={error} compact />}
      </div>
    </Modal>
  )
}
