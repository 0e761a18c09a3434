import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pathProblem } from '@millwright/model/path.ts'
import type { WireModelEdit } from '@millwright/model/wire/model-edit.ts'
import { askJson } from '../../api/client.ts'
import { Failure } from '../../parts/view-state.tsx'
import type { EditField } from './field.ts'

/** Adds one asset or signal by its path; assets above it are made where they are missing. */
export function AddButton({ title, choice, start, create }: { readonly title: string; readonly choice: EditField; readonly start: string; readonly create: (path: string, value: string | undefined) => WireModelEdit }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [path, setPath] = useState('')
  const [value, setValue] = useState(choice.isNeeded === true ? choice.choices?.[0]?.value : undefined)
  const [error, setError] = useState<unknown>()
  const add = async () => {
    try {
      await askJson('/api/v1/model/edits', { method: 'POST', body: { edits: [create(path.trim(), value)] } })
      await queries.invalidateQueries()
      void message.success(t('model.saved'))
      setOpen(false)
      setError(undefined)
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <>
      <Button onClick={() => {
          setPath(start === '' ? '' : `${start}/`)
          setOpen(true)
        }}>
        {title}
      </Button>
      <Modal open={isOpen} title={title} okText={t('model.add')} okButtonProps={{ disabled: pathProblem(path.trim()) !== undefined }} onCancel={() => setOpen(false)} onOk={() => void add()}>
        <div className="mw-bulk-form">
          <label className="mw-form-line">
            <span>{t('model.path')}</span>
            <Input value={path} placeholder={t('model.pathHint')} onChange={(event) => setPath(event.target.value)} />
          </label>
          <label className="mw-form-line">
            <span>{choice.label}</span>
            <Select allowClear={choice.isNeeded !== true} value={value ?? null} options={[...(choice.choices ?? [])]} onChange={(next: string | null | undefined) => setValue(next ?? undefined)} aria-label={choice.label} />
          </label>
        </div>
        {error !== undefined && <Failure error={error} compact />}
      </Modal>
    </>
  )
}
