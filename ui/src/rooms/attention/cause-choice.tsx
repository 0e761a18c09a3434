import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { causesQuery } from '../../api/anomaly-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Failure } from '../../parts/view-state.tsx'
import { causeGroups } from './cause-groups.ts'

/** The tree of causes as a choice; an empty code where nothing is said. */
export function CauseChoice({ value, onChoose }: { readonly value: string; readonly onChoose: (code: string) => void }) {
  const { t } = useTranslation()
  const { language } = useFormat()
  const id = useId()
  const { data: causes, error } = useQuery(causesQuery)
  if (causes === undefined) return error === null ? null : <Failure error={error} compact />
  return (
    <div className="mw-cause">
      <label htmlFor={id}>{t('attention.verdict.cause')}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{t('attention.verdict.noCause')}</option>
        {causeGroups(causes).map(({ root, below }) =>
          below.length === 0 ? (
            <option key={root.code} value={root.code}>
              {root[language]}
            </option>
          ) : (
            <optgroup key={root.code} label={root[language]}>
              {below.map((cause) => (
                <option key={cause.code} value={cause.code}>
                  {cause[language]}
                </option>
              ))}
              <option value={root.code}>{t('attention.verdict.general', { name: root[language] })}</option>
            </optgroup>
          ),
        )}
      </select>
    </div>
  )
}
