import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { examinationsQuery } from '../../api/examination-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { JudgingHead } from '../../parts/judging-head.tsx'
import { Empty, QueryView } from '../../parts/view-state.tsx'
import { attentionTabs } from '../attention/attention-tabs.ts'
import { ExaminationPage } from './examination-page.tsx'
import { ExamineForm } from './examine-form.tsx'
import '../attention/attention.css'
import './examine.css'

const ONE = 'one/'

/** Recordings examined: a form, what was examined before, and one examination with its findings. */
export function ExamineRoom() {
  const { t } = useTranslation()
  const asked = useParams()['*'] ?? ''
  const id = asked.startsWith(ONE) ? asked.slice(ONE.length) : undefined
  return (
    <div className="mw-room mw-examine">
      <JudgingHead area="attention" tabs={attentionTabs(t, 'examine')} />
      {id !== undefined ? (
        <ExaminationPage key={id} id={id} />
      ) : (
        <>
          <ExamineForm />
          <Past />
        </>
      )}
    </div>
  )
}

/** What was examined before. */
function Past() {
  const { t } = useTranslation()
  const format = useFormat()
  const query = useQuery(examinationsQuery)
  return (
    <section className="mw-panel" aria-label={t('examine.past')}>
      <h2>{t('examine.past')}</h2>
      <QueryView
        query={query}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <Empty title={t('examine.none')}>
            <p>{t('examine.noneText')}</p>
          </Empty>
        }
      >
        {({ items }) => (
          <ul className="mw-examined">
            {items.map(({ id, asset, from, to, state, progress, moreFindings, author, created }) => (
              <li key={id}>
                <Link to={links.examination(id)}>{asset}</Link>
                <span className="mw-soft mw-number">
                  {format.dateTime(from)} – {format.dateTime(to)}
                </span>
                <span className={state === 'failed' ? 'mw-state-outside' : 'mw-soft'}>{state === 'done' ? t('examine.findings', { count: moreFindings }) : `${t(`examine.state.${state}`)}${state === 'running' ? ` ${format.percent(progress)}` : ''}`}</span>
                <span className="mw-faint">
                  {author}, {format.dateTime(created)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </section>
  )
}
