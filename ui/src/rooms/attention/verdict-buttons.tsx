import { useTranslation } from 'react-i18next'
import type { Verdict, WireWords } from '@millwright/model/wire/anomaly.ts'
import { useFormat } from '../../i18n/use-format.ts'

const ORDER = ['real', 'not_real', 'planned', 'known'] as const satisfies readonly Verdict[]

interface VerdictButtonsProps {
  readonly chosen: Verdict | undefined
  readonly isBusy: boolean
  /** With a line of help under each word. */
  readonly large?: boolean
  readonly onSay: (verdict: Verdict) => void
}

/** The four verdicts, each at one touch. */
export function VerdictButtons({ chosen, isBusy, large = false, onSay }: VerdictButtonsProps) {
  const { t } = useTranslation()
  return (
    <div className={large ? 'mw-verdicts mw-verdicts-large' : 'mw-verdicts'} role="group" aria-label={t('attention.verdict.title')}>
      {ORDER.map((verdict) => (
        <button key={verdict} type="button" aria-pressed={chosen === verdict} disabled={isBusy} title={t(`attention.verdict.${verdict}Help`)} onClick={() => onSay(verdict)}>
          <b>{t(`attention.verdict.${verdict}`)}</b>
          {large && <span className="mw-soft">{t(`attention.verdict.${verdict}Help`)}</span>}
        </button>
      ))}
    </div>
  )
}

/** What a verdict changed, in the server's words. */
export function Changes({ changes }: { readonly changes: readonly WireWords[] }) {
  const { t } = useTranslation()
  const { language } = useFormat()
  return (
    <div className="mw-changes" role="status">
      <b>{t('attention.verdict.changed')}</b>
      <ul>
        {changes.map((words) => (
          <li key={words.en}>{words[language]}</li>
        ))}
      </ul>
    </div>
  )
}
