import { useTranslation } from 'react-i18next'
import type { WireBackTest } from '@millwright/model/wire/ai-model.ts'
import { useFormat } from '../../i18n/use-format.ts'

const SECOND_MS = 1_000

/** The figures of a back-test in words, each with nothing claimed where nothing was measured. */
export function useBackTestText(): {
  readonly found: (test: WireBackTest | null) => string
  readonly falseAlarms: (test: WireBackTest | null) => string
  readonly delay: (test: WireBackTest | null) => string
  readonly lead: (test: WireBackTest | null) => string
  readonly judged: (test: WireBackTest | null) => string
} {
  const { t } = useTranslation()
  const format = useFormat()
  const span = (seconds: number | null | undefined) => (seconds === null || seconds === undefined ? '–' : format.span(seconds * SECOND_MS))
  const number = (value: number | null | undefined) => (value === null || value === undefined ? '–' : format.value(Number(value.toPrecision(3))))
  return {
    found: (test) => (test === null ? '–' : test.events === 0 ? t('models.table.unmeasured') : t('models.table.foundOf', { found: format.count(test.found), events: format.count(test.events) })),
    falseAlarms: (test) => number(test?.falseAlarmsPerDay),
    delay: (test) => span(test?.delaySeconds),
    lead: (test) => span(test?.leadSeconds),
    judged: (test) => number(test?.judgedDays),
  }
}
