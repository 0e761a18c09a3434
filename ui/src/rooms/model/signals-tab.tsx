import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { signalsQuery } from '../../api/queries.ts'
import { AddButton } from './add-button.tsx'
import { EditedList } from './edited-list.tsx'
import { useNarrowing } from './narrowing.ts'
import { useFields } from './use-fields.ts'

const VALUE_KINDS = ['number', 'boolean', 'text', 'waveform'] as const

/** The signals of the plant, edited in place and in bulk. */
export function SignalsTab() {
  const { t } = useTranslation()
  const fields = useFields()
  const narrowing = useNarrowing()
  const pages = useInfiniteQuery(signalsQuery(narrowing.choice))
  return (
    <EditedList
      kind="signals"
      narrowing={narrowing}
      pages={pages}
      row={({ path, kind, unit, low, high, deadband, retentionDays, description }) => ({ path, fields: { kind, unit, low, high, deadband, retentionDays, description } })}
      fields={fields.signals}
      change={(path, values) => ({ op: 'updateSignal', path, fields: values })}
      remove={(path) => ({ op: 'deleteSignal', path })}
      words={{ label: t('model.signals'), none: t('model.noneSignals'), remove: t('model.removeSignals') }}
    >
      <AddButton title={t('model.addSignal')} choice={fields.kind} start={narrowing.under.words} create={(path, value) => ({ op: 'createSignal', path, fields: { kind: VALUE_KINDS.find((kind) => kind === value) ?? 'number' } })} />
    </EditedList>
  )
}
