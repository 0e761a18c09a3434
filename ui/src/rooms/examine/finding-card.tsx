import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Verdict } from '@millwright/model/wire/anomaly.ts'
import type { WireFinding } from '@millwright/model/wire/examination.ts'
import { judgeFinding } from '../../api/examination-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor, useAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { CauseChoice } from '../attention/cause-choice.tsx'
import { VerdictButtons } from '../attention/verdict-buttons.tsx'

const MAX_NOTE = 2_000
/** Signals of one picture, and how much time it shows around the finding. */
const [MAX_DRAWN, AROUND, LEAST_AROUND_MS] = [6, 1, 60_000]
/** Part of a finding below which a signal is not drawn. */
const DRAWN = 0.05

interface FindingCardProps {
  readonly examination: string
  readonly finding: WireFinding
  readonly signalNames: readonly string[]
}

/** One finding: when, why, how far, the way to Trend, and what people say of it. */
export function FindingCard({ examination, finding, signalNames }: FindingCardProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const { name } = useAuthor()
  const { id, from, to, lasts, peak, height, signals, summary, verdicts } = finding
  const own = verdicts.find(({ author }) => author === name.trim())
  const [edited, setEdited] = useState<{ readonly cause: string; readonly note: string }>()
  const { cause, note } = edited ?? { cause: own?.cause ?? '', note: own?.note ?? '' }
  const judging = useMutation({
    mutationFn: ({ verdict, author }: { readonly verdict: Verdict; readonly author: string }) => judgeFinding(examination, id, { verdict, author, ...(cause !== '' && { cause }), ...(note.trim() !== '' && { note: note.trim() }) }),
    onSuccess: (answer) => {
      setEdited(undefined)
      client.setQueryData(['examinations', examination], answer)
      void client.invalidateQueries({ queryKey: ['labels'] })
    },
  })
  const say = (verdict: Verdict) => {
    const author = requireAuthor()
    if (author !== undefined) judging.mutate({ verdict, author })
  }
  const drawn = signals.filter(({ share }, at) => at === 0 || share >= DRAWN).slice(0, MAX_DRAWN).map(({ signal }) => signal)
  const around = Math.max(LEAST_AROUND_MS, (to - from) * AROUND)
  return (
    <li className="mw-panel mw-finding" id={id}>
      <div className="mw-finding-head">
        <b className="mw-number">{format.dateTime(from)}</b>
        <span className="mw-soft">{lasts ? t('examine.lasts') : t('examine.lasted', { span: format.span(to - from) })}</span>
        <span className={height >= 2 ? 'mw-state-outside' : 'mw-soft'}>{t('examine.height', { times: format.value(Math.round(height * 10) / 10) })}</span>
      </div>
      <p>{summary[format.language]}</p>
      <div className="mw-row mw-finding-say">
        <Link className="mw-button" to={links.trend(drawn.length > 0 ? drawn : signalNames.slice(0, MAX_DRAWN), { fromMs: from - around, toMs: to + around, markMs: peak })}>
          {t('examine.trend')}
        </Link>
        <VerdictButtons chosen={own?.verdict} isBusy={judging.isPending} onSay={say} />
      </div>
      {own !== undefined && (
        <div className="mw-verdict-more">
          <p className="mw-faint" role="status">
            {t('examine.saved')}
          </p>
          <CauseChoice value={cause} onChoose={(code) => setEdited({ cause: code, note })} />
          <Input.TextArea aria-label={t('attention.verdict.note')} placeholder={t('attention.verdict.note')} autoSize={{ minRows: 1, maxRows: 8 }} maxLength={MAX_NOTE} value={note} onChange={(event) => setEdited({ cause, note: event.target.value })} />
          {edited !== undefined && (
            <Button type="primary" loading={judging.isPending} onClick={() => say(own.verdict)}>
              {t('attention.verdict.save')}
            </Button>
          )}
        </div>
      )}
      {verdicts.filter(({ author }) => author !== name.trim()).map(({ verdict, author, version }) => (
        <p key={version} className="mw-faint">
          {author}: {t(`attention.verdict.${verdict}`)}
        </p>
      ))}
      {judging.error !== null && <Failure error={judging.error} compact />}
    </li>
  )
}
