import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Modal, Radio, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { LABEL_KINDS, type LabelKind } from '@millwright/model/wire/label.ts'
import { saveLabel } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { MAX_AUTHOR, currentAuthor, rememberAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { CauseChoice } from '../../rooms/attention/cause-choice.tsx'
import { Sign } from '../parts/sign.tsx'
import type { TrendView } from '../view/trend-view.ts'

const MAX_NOTE = 2_000

/** The machines whose signals are seen, in the order of the legend. */
export function assetsOf(signals: readonly string[]): readonly string[] {
  return [...new Set(signals.map(parentPath).filter((path) => path !== undefined))]
}

/** The button that labels what lies between A and B, for models to learn from. */
export function LabelRange({ view: { signals, cursors } }: { readonly view: TrendView }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const { a, b } = cursors
  const isMarked = a !== undefined && b !== undefined && a !== b
  if (signals.length === 0) return null
  return (
    <>
      <Tooltip title={isMarked ? t('models.label.add') : t('models.label.how')}>
        <Button aria-label={t('models.label.add')} icon={<Sign name="label" />} disabled={!isMarked} onClick={() => setOpen(true)}>
          {isMarked && t('models.label.add')}
        </Button>
      </Tooltip>
      {isOpen && isMarked && <LabelDialog assets={assetsOf(signals)} fromMs={Math.min(a, b)} toMs={Math.max(a, b)} onClose={() => setOpen(false)} />}
    </>
  )
}

interface LabelDialogProps {
  readonly assets: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly onClose: () => void
}

function LabelDialog({ assets, fromMs, toMs, onClose }: LabelDialogProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [asset, setAsset] = useState(assets[0] ?? '')
  const [kind, setKind] = useState<LabelKind>('fault')
  const [cause, setCause] = useState('')
  const [note, setNote] = useState('')
  const [author, setAuthor] = useState(currentAuthor())
  const save = useMutation({
    mutationFn: () => {
      rememberAuthor(author)
      return saveLabel({ asset, kind, from: Math.round(fromMs), to: Math.round(toMs), author: author.trim(), ...(kind === 'fault' && cause !== '' && { cause }), ...(note.trim() !== '' && { note: note.trim() }) })
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['labels'] })
      void message.success(t('models.label.saved'))
      onClose()
    },
  })
  return (
    <Modal
      open
      onCancel={onClose}
      onOk={() => save.mutate()}
      okText={t('models.label.save')}
      cancelText={t('models.card.cancel')}
      okButtonProps={{ disabled: author.trim() === '' || asset === '', loading: save.isPending }}
      title={t('models.label.title')}
      width={520}
    >
      <div className="mw-trend-form">
        <p className="mw-soft">{t('trend.note.between', { from: format.dateTime(fromMs), to: format.dateTime(toMs) })}</p>
        {assets.length === 1 ? (
          <p>
            <b>{lastName(asset)}</b> <span className="mw-faint">{parentPath(asset)}</span>
          </p>
        ) : (
          <label className="mw-cause">
            {t('models.label.asset')}
            <select value={asset} onChange={(event) => setAsset(event.target.value)}>
              {assets.map((path) => (
                <option key={path} value={path}>
                  {path}
                </option>
              ))}
            </select>
          </label>
        )}
        <Radio.Group aria-label={t('models.label.kind')} value={kind} onChange={(event) => setKind(LABEL_KINDS.find((one) => one === event.target.value) ?? 'fault')}>
          <div className="mw-label-kinds">
            {LABEL_KINDS.map((one) => (
              <Radio key={one} value={one}>
                <b>{t(`models.labels.kind.${one}`)}</b> <span className="mw-soft">{t(`models.label.${one}Help`)}</span>
              </Radio>
            ))}
          </div>
        </Radio.Group>
        {kind === 'fault' && <CauseChoice value={cause} onChoose={setCause} />}
        <Input.TextArea aria-label={t('attention.verdict.note')} placeholder={t('attention.verdict.note')} autoSize={{ minRows: 2, maxRows: 8 }} maxLength={MAX_NOTE} value={note} onChange={(event) => setNote(event.target.value)} />
        <Input aria-label={t('attention.author')} placeholder={t('attention.author')} maxLength={MAX_AUTHOR} value={author} onChange={(event) => setAuthor(event.target.value)} />
        <p className="mw-faint">{t(`models.label.effect.${kind}`)}</p>
        {save.error !== null && <Failure error={save.error} compact />}
      </div>
    </Modal>
  )
}
