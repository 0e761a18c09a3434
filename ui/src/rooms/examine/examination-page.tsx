import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { WireExamination } from '@millwright/model/wire/examination.ts'
import { cancelExamination, examinationQuery, removeExamination } from '../../api/examination-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { Empty, Failure, QueryView } from '../../parts/view-state.tsx'
import { FindingCard } from './finding-card.tsx'
import { RecordingCourse } from './recording-course.tsx'

const HASH_SHOWN = 12

/** One examination: what was looked at, and what was found. */
export function ExaminationPage({ id }: { readonly id: string }) {
  const query = useQuery(examinationQuery(id))
  return <QueryView query={query}>{(examination) => <Examined examination={examination} />}</QueryView>
}

function Examined({ examination }: { readonly examination: WireExamination }) {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { modal } = App.useApp()
  const { id, asset, from, to, reference, state, progress, failure, warnings, findings, moreFindings, limit, rows, runs, everySeconds, hash, author } = examination
  const refresh = () => client.invalidateQueries({ queryKey: ['examinations'] })
  const cancel = useMutation({ mutationFn: () => cancelExamination(id), onSuccess: refresh })
  const remove = useMutation({
    mutationFn: () => removeExamination(id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['examinations'], exact: true })
      void navigate(links.examine())
    },
  })
  return (
    <>
      <header className="mw-panel mw-examine-head">
        <AssetCrumbs path={asset} to={links.plant} />
        <h2>
          {asset} <span className="mw-soft">{format.dateTime(from)} – {format.dateTime(to)}</span>
        </h2>
        <p className="mw-soft">{reference === null ? t('examine.againstOwn') : t('examine.against', { from: format.dateTime(reference.from), to: format.dateTime(reference.to) })}</p>
        {state === 'running' && <Progress percent={Math.round(progress * 100)} aria-label={t('examine.state.running')} />}
        {state === 'failed' && (
          <p className="mw-state-outside" role="alert">
            {t('examine.state.failed')}: {failure}
          </p>
        )}
        {state === 'cancelled' && <p className="mw-soft">{t('examine.state.cancelled')}</p>}
        {state === 'done' && (
          <p className="mw-soft">
            {t('examine.facts', { rows: format.count(rows), every: format.span(everySeconds * 1_000), runs: format.count(runs.length), limit })} <span className="mw-faint">{t('examine.hash', { hash: hash.slice(0, HASH_SHOWN) })}</span> <span className="mw-faint">{author}</span>
          </p>
        )}
        {warnings.map((words) => (
          <p key={words.en} className="mw-notice mw-notice-outside">
            {words[format.language]}
          </p>
        ))}
        <div className="mw-row">
          {state === 'running' ? (
            <Button onClick={() => cancel.mutate()} loading={cancel.isPending}>
              {t('examine.cancel')}
            </Button>
          ) : (
            <>
              <Link className="mw-button" to={`${links.examine({ asset, fromMs: from, toMs: to })}${runs.length > 1 ? runs.map((run) => `&run=${Math.floor(run.from)}-${Math.ceil(run.to)}`).join('') : ''}`}>
                {t('examine.again')}
              </Link>
              <Link className="mw-button" to={links.modelsOf(asset)}>
                {t('examine.labels')}
              </Link>
              <Button danger loading={remove.isPending} onClick={() => void modal.confirm({ title: t('examine.removeAsk'), okText: t('examine.remove'), cancelText: t('models.card.cancel'), onOk: () => remove.mutate() })}>
                {t('examine.remove')}
              </Button>
            </>
          )}
        </div>
        {cancel.error !== null && <Failure error={cancel.error} compact />}
        {remove.error !== null && <Failure error={remove.error} compact />}
      </header>
      {state === 'done' && <RecordingCourse examination={examination} />}
      {state === 'done' && findings.length === 0 && (
        <Empty title={t('examine.nothing')}>
          <p>{t('examine.nothingText', { limit })}</p>
        </Empty>
      )}
      {findings.length > 0 && (
        <ol className="mw-findings" aria-label={t('examine.listed')}>
          {findings.map((finding) => (
            <FindingCard key={finding.id} examination={id} finding={finding} signalNames={examination.signalNames.map((name) => `${asset}/${name}`)} />
          ))}
        </ol>
      )}
      {moreFindings > 0 && <p className="mw-faint">{t('examine.more', { count: moreFindings })}</p>}
    </>
  )
}
