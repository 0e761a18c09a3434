import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { WireStatus } from '@millwright/model/wire/status.ts'
import { statusQuery } from '../../api/queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Figure } from '../../parts/figure.tsx'
import { QueryView } from '../../parts/view-state.tsx'
import { EdgeNodes } from './edge-nodes.tsx'
import { Letters } from './letters.tsx'
import { Publishers } from './publishers.tsx'
import { Sources } from './sources.tsx'
import { Storage } from './storage.tsx'
import { useRates } from './use-rates.ts'
import './data-in.css'

const EVERY_MS = 2_000

/** What comes in, what waits, what is kept, and what was refused and why. */
export function DataInRoom() {
  const { t } = useTranslation()
  const query = useQuery(statusQuery(EVERY_MS))
  return (
    <div className="mw-room">
      <h1>{t('dataIn.title')}</h1>
      <QueryView query={query}>{(status) => <Content status={status} />}</QueryView>
    </div>
  )
}

function Content({ status }: { readonly status: WireStatus }) {
  const { t } = useTranslation()
  const { ingest, journal, warnings } = status
  return (
    <>
      {ingest.paused !== null && <p className="mw-notice mw-notice-bad" role="alert">{t('dataIn.paused', { reason: ingest.paused })}</p>}
      {journal.blocked !== null && (
        <p className="mw-notice mw-notice-bad" role="alert">
          {t(journal.blocked === 'disk' ? 'dataIn.blockedDisk' : 'dataIn.blockedFailed')}
        </p>
      )}
      {warnings.map(({ part, reason }) => (
        <p key={`${part} ${reason}`} className="mw-notice mw-notice-outside" role="status">
          <b>{part}</b> {reason}
        </p>
      ))}
      <Figures status={status} />
      <Sources sources={status.sources} consumers={journal.consumers} />
      <EdgeNodes />
      <Publishers />
      <Storage status={status} />
      <Letters />
    </>
  )
}

function Figures({ status: { ingest, live, time } }: { readonly status: WireStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const rates = useRates(time, ingest.storedPerSecond)
  const refused = Object.values(ingest.refused).reduce((sum, count) => sum + count, 0)
  const counters = [
    { name: t('dataIn.backfilled'), help: t('dataIn.backfilledHelp'), count: ingest.backfilled, isOdd: false },
    { name: t('dataIn.late'), help: t('dataIn.lateHelp'), count: ingest.late, isOdd: false },
    { name: t('dataIn.outOfOrder'), help: t('dataIn.outOfOrderHelp'), count: ingest.outOfOrder, isOdd: false },
    { name: t('dataIn.repeated'), help: t('dataIn.repeatedHelp'), count: ingest.repeated, isOdd: false },
    { name: t('dataIn.ahead'), help: t('dataIn.aheadHelp'), count: ingest.ahead, isOdd: ingest.ahead > 0 },
    { name: t('dataIn.deadband'), help: t('dataIn.deadbandHelp'), count: ingest.withinDeadband, isOdd: false },
  ]
  return (
    <section className="mw-data-head" aria-label={t('dataIn.sinceStart')}>
      <Figure name={t('dataIn.rate')} value={format.short(Math.round(ingest.storedPerSecond))} big history={rates} />
      <div className="mw-data-totals">
        <Figure name={t('dataIn.stored')} value={format.short(ingest.stored)} note={format.count(ingest.stored)} />
        <Figure name={t('dataIn.refused')} value={format.short(refused)} note={t('dataIn.sinceStart')} state={refused > 0 ? 'outside' : undefined} />
        <Figure name={t('dataIn.live')} value={format.count(live.clients)} />
      </div>
      <dl className="mw-panel mw-counters">
        {counters.map(({ name, help, count, isOdd }) => (
          <div key={name}>
            <dt>
              {name} <span className="mw-faint">{help}</span>
            </dt>
            <dd className={isOdd ? 'mw-number mw-state-uncertain' : 'mw-number'}>{format.short(count)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
