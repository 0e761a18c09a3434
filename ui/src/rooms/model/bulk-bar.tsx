import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireModelEdit } from '@millwright/model/wire/model-edit.ts'
import { askJson } from '../../api/client.ts'
import { Failure } from '../../parts/view-state.tsx'
import { readField, type EditField, type FieldValue } from './field.ts'

interface BulkBarProps {
  readonly chosen: ReadonlySet<string>
  readonly fields: readonly EditField[]
  readonly onDone: () => void
  /** The edit that changes a row's fields, and the one that deletes it. */
  readonly change: (path: string, fields: Readonly<Record<string, FieldValue>>) => WireModelEdit
  readonly remove: (path: string) => WireModelEdit
  readonly removeText: string
}

/** What can be done with all chosen rows at once: all of it or nothing. */
export function BulkBar({ chosen, fields, onDone, change, remove, removeText }: BulkBarProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<'change' | 'remove'>()
  const [values, setValues] = useState<Readonly<Record<string, FieldValue>>>({})
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const close = () => {
    setDialog(undefined)
    setValues({})
    setError(undefined)
  }
  const apply = async (edits: readonly WireModelEdit[]) => {
    setBusy(true)
    try {
      await askJson('/api/v1/model/edits', { method: 'POST', body: { edits } })
      await queries.invalidateQueries()
      void message.success(t('model.saved'))
      close()
      onDone()
    } catch (thrown) {
      setError(thrown)
    }
    setBusy(false)
  }
  if (chosen.size === 0) return null
  const paths = [...chosen]
  return (
    <div className="mw-bulk" role="toolbar" aria-label={t('model.chosen', { count: chosen.size })}>
      <b>{t('model.chosen', { count: chosen.size })}</b>
      <Button onClick={() => setDialog('change')}>{t('model.change')}</Button>
      <Button danger onClick={() => setDialog('remove')}>
        {t('model.remove')}
      </Button>
      <Button type="text" onClick={onDone}>
        {t('model.cancel')}
      </Button>
      <Modal open={dialog === 'change'} title={t('model.bulkTitle', { count: chosen.size })} okText={t('model.apply')} confirmLoading={isBusy} okButtonProps={{ disabled: Object.keys(values).length === 0 }} onCancel={close} onOk={() => void apply(paths.map((path) => change(path, values)))}>
        <p className="mw-faint">{t('model.bulkText')}</p>
        <div className="mw-bulk-form">
          {fields.map((field) => (
            <BulkField key={field.name} field={field} onChange={(value) => setValues(withValue(values, field.name, value))} />
          ))}
        </div>
        {error !== undefined && <Failure error={error} compact />}
      </Modal>
      <Modal open={dialog === 'remove'} title={t('model.removeAsk', { count: chosen.size })} okText={t('model.remove')} okButtonProps={{ danger: true }} confirmLoading={isBusy} onCancel={close} onOk={() => void apply(paths.map(remove))}>
        <p>{removeText}</p>
        {error !== undefined && <Failure error={error} compact />}
      </Modal>
    </div>
  )
}

function withValue(values: Readonly<Record<string, FieldValue>>, name: string, value: FieldValue | undefined): Readonly<Record<string, FieldValue>> {
  const { [name]: _, ...others } = values
  return value === undefined ? others : { ...others, [name]: value }
}

/** One field of the form: untouched, taken away, or a value. */
function BulkField({ field, onChange }: { readonly field: EditField; readonly onChange: (value: FieldValue | undefined) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [isCleared, setCleared] = useState(false)
  const read = readField(field.kind, text)
  const change = (next: string) => {
    setText(next)
    const value = readField(field.kind, next)
    onChange('problem' in value || value.value === null ? undefined : value.value)
  }
  return (
    <div className="mw-form-line">
      <span aria-hidden="true">{field.label}</span>
      {field.kind === 'choice' ? (
        <Select allowClear disabled={isCleared} value={text === '' ? null : text} options={[...(field.choices ?? [])]} onChange={(value: string | null | undefined) => change(value ?? '')} aria-label={field.label} />
      ) : (
        <Input aria-label={field.label} disabled={isCleared} value={text} status={'problem' in read ? 'error' : ''} placeholder={field.hint ?? ''} onChange={(event) => change(event.target.value)} />
      )}
      {field.isNeeded !== true && (
        <label className="mw-bulk-clear">
          <input type="checkbox" checked={isCleared} aria-label={`${field.label}: ${t('model.clearField')}`} onChange={(event) => {
              setCleared(event.target.checked)
              setText('')
              onChange(event.target.checked ? null : undefined)
            }} />{' '}
          {t('model.clearField')}
        </label>
      )}
    </div>
  )
}
