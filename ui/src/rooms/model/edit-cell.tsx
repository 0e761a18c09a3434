import { App } from 'antd'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem } from '../../api/problem.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { readField, type EditField, type FieldValue } from './field.ts'

interface EditCellProps {
  readonly field: EditField
  /** What the row is called, for those who hear it. */
  readonly name: string
  readonly value: string | number | undefined
  readonly onSave: (value: FieldValue) => Promise<unknown>
}

/** A cell that turns into a field when it is pressed. Enter or leaving saves, Esc leaves it as it was. */
export function EditCell({ field, name, value, onSave }: EditCellProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { message } = App.useApp()
  const [isOpen, setOpen] = useState(false)
  const [isSaving, setSaving] = useState(false)
  const label = t('model.edit', { field: field.label, name })
  const shown = field.kind === 'choice' ? field.choices?.find((choice) => choice.value === value)?.label : typeof value === 'number' ? format.value(value) : value
  const save = async (text: string) => {
    const read = readField(field.kind, text)
    if ('problem' in read) {
      void message.error(t('model.invalidNumber', { text }))
      return
    }
    setOpen(false)
    if (read.value === (value ?? null) || (read.value === null && field.isNeeded === true)) return
    setSaving(true)
    try {
      await onSave(read.value)
    } catch (error) {
      void message.error(error instanceof ApiProblem ? error.problem.detail : t('state.unreachable'), 8)
    }
    setSaving(false)
  }
  if (!isOpen) {
    return (
      <button type="button" className={`mw-cell${isSaving ? ' mw-cell-saving' : ''}`} aria-label={`${label}: ${shown ?? t('model.none')}`} onClick={() => setOpen(true)}>
        {shown ?? <span className="mw-cell-none">–</span>}
      </button>
    )
  }
  if (field.kind === 'choice') {
    return (
      <select className="mw-cell-input" autoFocus aria-label={label} defaultValue={value ?? ''} onBlur={(event) => void save(event.target.value)} onChange={(event) => void save(event.target.value)}>
        {field.isNeeded !== true && <option value="">–</option>}
        {field.choices?.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    )
  }
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') event.currentTarget.blur()
    if (event.key === 'Escape') setOpen(false)
  }
  return <input className="mw-cell-input" autoFocus aria-label={label} defaultValue={value ?? ''} placeholder={field.hint} inputMode={field.kind === 'number' ? 'decimal' : 'text'} onKeyDown={onKey} onBlur={(event) => void save(event.target.value)} onFocus={(event) => event.target.select()} />
}
