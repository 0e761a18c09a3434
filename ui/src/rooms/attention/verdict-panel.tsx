import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Verdict, WireAnomaly } from '@millwright/model/wire/anomaly.ts'
import { causesQuery, type Cause } from '../../api/anomaly-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { requireAuthor, useAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { CauseChoice } from './cause-choice.tsx'
import { TriedOn } from './tried-on.tsx'
import { useJudge } from './use-judge.ts'
import { Changes, VerdictButtons } from './verdict-buttons.tsx'

const MAX_NOTE = 2_000

/** Where a person says what an anomaly is: one touch, then the cause and a note if they are known; and what that changed. */
export function VerdictPanel({ anomaly }: { readonly anomaly: WireAnomaly }) {
  const { t } = useTranslation()
  const { name } = useAuthor()
  const judging = useJudge()
  const own = anomaly.verdicts.find(({ author }) => author === name.trim())
  const [edited, setEdited] = useState<{ readonly cause: string; readonly note: string }>()
  const { cause, note } = edited ?? { cause: own?.cause ?? '', note: own?.note ?? '' }
  const say = (verdict: Verdict) => {
    const author = requireAuthor()
    if (author === undefined) return
    judging.mutate({ id: anomaly.id, author, verdict, cause: cause === '' ? undefined : cause, note: note.trim() === '' ? undefined : note.trim() }, { onSuccess: () => setEdited(undefined) })
  }
  return (
    <section className="mw-panel mw-verdict-panel" aria-label={t('attention.verdict.title')}>
      <h2>{t('attention.verdict.title')}</h2>
      <VerdictButtons chosen={own?.verdict} isBusy={judging.isPending} large onSay={say} />
      {own !== undefined && (
        <div className="mw-verdict-more">
          <CauseChoice value={cause} onChoose={(code) => setEdited({ cause: code, note })} />
          <Input.TextArea aria-label={t('attention.verdict.note')} placeholder={t('attention.verdict.note')} autoSize={{ minRows: 2, maxRows: 8 }} maxLength={MAX_NOTE} value={note} onChange={(event) => setEdited({ cause, note: event.target.value })} />
          <Button type="primary" disabled={edited === undefined} loading={judging.isPending} onClick={() => say(own.verdict)}>
            {t('attention.verdict.save')}
          </Button>
        </div>
      )}
      {judging.error !== null && <Failure error={judging.error} compact />}
      {judging.data !== undefined && <Changes changes={judging.data.changes} />}
      <TriedOn anomaly={anomaly} />
      <History anomaly={anomaly} />
    </section>
  )
}

/** All that was said, newest first; nothing is overwritten. */
function History({ anomaly: { verdicts, isDisputed } }: { readonly anomaly: WireAnomaly }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: causes = [] } = useQuery(causesQuery)
  if (verdicts.length === 0) return null
  const nameOf = (code: string) => causes.find((cause: Cause) => cause.code === code)?.[format.language] ?? code
  return (
    <>
      <h3>
        {t('attention.verdict.history')} {isDisputed && <span className="mw-chip">{t('attention.state.disputed')}</span>}
      </h3>
      <ol className="mw-said">
        {verdicts.map(({ version, verdict, cause, note, author, time }) => (
          <li key={version}>
            <b>
              {t(`attention.verdict.${verdict}`)}
              {cause !== undefined && ` · ${nameOf(cause)}`}
            </b>
            {note !== undefined && <span>{note}</span>}
            <span className="mw-faint">{t('attention.verdict.by', { author, time: format.time(time) })}</span>
          </li>
        ))}
      </ol>
      <p className="mw-faint">{t('attention.verdict.again')}</p>
    </>
  )
}
