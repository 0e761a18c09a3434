import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ASSET_LEVELS } from '@millwright/model/asset.ts'
import type { EditField } from './field.ts'

const KINDS = ['number', 'boolean', 'text', 'waveform'] as const

export interface ModelFields {
  readonly level: EditField
  readonly kind: EditField
  readonly assets: readonly EditField[]
  readonly signals: readonly EditField[]
}

/** The fields of assets and signals in the language of the page. */
export function useFields(): ModelFields {
  const { t } = useTranslation()
  return useMemo(() => {
    const level: EditField = { name: 'level', label: t('model.level'), kind: 'choice', choices: ASSET_LEVELS.map((value) => ({ value, label: t(`level.${value}`) })) }
    const kind: EditField = { name: 'kind', label: t('model.kind'), kind: 'choice', isNeeded: true, choices: KINDS.map((value) => ({ value, label: t(`signal.${value}`) })) }
    const description: EditField = { name: 'description', label: t('model.description'), kind: 'text' }
    const number = (name: 'low' | 'high' | 'deadband'): EditField => ({ name, label: t(`model.${name}`), kind: 'number' })
    return {
      level,
      kind,
      assets: [level, { name: 'type', label: t('model.type'), kind: 'text' }, description],
      signals: [kind, { name: 'unit', label: t('model.unit'), kind: 'text', hint: t('model.unitHint') }, number('low'), number('high'), number('deadband'), { name: 'retentionDays', label: t('model.retention'), kind: 'number' }, description],
    }
  }, [t])
}
