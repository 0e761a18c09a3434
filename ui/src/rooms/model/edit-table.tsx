import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { links } from '../../links.ts'
import { EditCell } from './edit-cell.tsx'
import type { EditField, FieldValue } from './field.ts'

/** A row of the model: its path, and fields by name. */
export interface ModelRow {
  readonly path: string
  readonly fields: Readonly<Record<string, string | number | undefined>>
}

interface EditTableProps {
  readonly fields: readonly EditField[]
  readonly rows: readonly ModelRow[]
  readonly chosen: ReadonlySet<string>
  readonly onChoose: (chosen: ReadonlySet<string>) => void
  readonly onSave: (path: string, field: string, value: FieldValue) => Promise<unknown>
  readonly onMore: (() => void) | undefined
  readonly isLoadingMore: boolean
  readonly label: string
}

/** Rows whose cells are edited in place. */
export function EditTable({ fields, rows, chosen, onChoose, onSave, onMore, isLoadingMore, label }: EditTableProps) {
  const { t } = useTranslation()
  const isAll = rows.length > 0 && rows.every(({ path }) => chosen.has(path))
  const toggle = (path: string) => {
    const next = new Set(chosen)
    if (!next.delete(path)) next.add(path)
    onChoose(next)
  }
  return (
    <>
      <div className="mw-edit-box" role="region" aria-label={label} tabIndex={0}>
        <table className="mw-edit">
          <thead>
            <tr>
              <th>
                <input type="checkbox" checked={isAll} aria-label={t('model.all')} onChange={() => onChoose(isAll ? new Set() : new Set(rows.map(({ path }) => path)))} />
              </th>
              <th>{t('model.path')}</th>
              {fields.map(({ name, label: title }) => (
                <th key={name}>{title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ path, fields: values }) => (
              <tr key={path} className={chosen.has(path) ? 'mw-edit-chosen' : ''}>
                <td>
                  <input type="checkbox" checked={chosen.has(path)} aria-label={path} onChange={() => toggle(path)} />
                </td>
                <th scope="row">
                  <Link to={links.plant(path)}>{lastName(path)}</Link>
                  <span className="mw-faint">{parentPath(path)}</span>
                </th>
                {fields.map((field) => (
                  <td key={field.name}>
                    <EditCell field={field} name={lastName(path)} value={values[field.name]} onSave={(value) => onSave(path, field.name, value)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {onMore !== undefined && (
        <Button loading={isLoadingMore} onClick={onMore}>
          {t('model.more')}
        </Button>
      )}
    </>
  )
}
