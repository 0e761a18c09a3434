import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { WirePublisher } from '@millwright/model/wire/sparkplug.ts'
import { publishersQuery } from '../../api/sparkplug-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { StateMark } from '../../parts/state-mark.tsx'

/** What Millwright publishes to brokers of others; nothing is drawn where nothing is published. */
export function Publishers() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(publishersQuery)
  if (data === undefined || data.publishers.length === 0) return null
  return (
    <section className="mw-panel" aria-label={t('sparkplug.publishers')}>
      <h2>{t('sparkplug.publishers')}</h2>
      <div className="mw-table-box mw-edge-box" tabIndex={0} role="group" aria-label={t('sparkplug.publishers')}>
        <table className="mw-table mw-edge-table">
          <thead>
            <tr>
              <th>{t('sparkplug.publisher')}</th>
              <th>{t('machine.state')}</th>
              <th>{t('sparkplug.broker')}</th>
              <th className="mw-right">{t('sparkplug.devices')}</th>
              <th className="mw-right">{t('sparkplug.metrics')}</th>
              <th className="mw-right">{t('sparkplug.live')}</th>
              <th className="mw-right">{t('sparkplug.historical')}</th>
              <th className="mw-right">{t('sparkplug.backlog')}</th>
              <th className="mw-right">{t('sparkplug.lastSent')}</th>
              <th className="mw-right">{t('sparkplug.bdSeq')}</th>
            </tr>
          </thead>
          <tbody>
            {data.publishers.map((publisher) => (
              <tr key={publisher.name}>
                <td>
                  <b>{`${publisher.group}/${publisher.node}`}</b> <span className="mw-faint">{publisher.name}</span>
                  {publisher.skippedBytes > 0 && <div className="mw-state-outside">{t('sparkplug.skipped', { bytes: format.bytes(publisher.skippedBytes) })}</div>}
                </td>
                <td>
                  <PublisherState publisher={publisher} />
                </td>
                <td className="mw-soft">{publisher.url}</td>
                <td className="mw-right mw-number">{format.count(publisher.devices)}</td>
                <td className="mw-right mw-number">
                  {format.count(publisher.metrics)}
                  {publisher.notPublished > 0 && <div className="mw-faint">{t('sparkplug.notPublished', { count: publisher.notPublished })}</div>}
                </td>
                <td className="mw-right mw-number">{format.short(publisher.live)}</td>
                <td className="mw-right mw-number">{format.short(publisher.historical)}</td>
                <td className="mw-right mw-number">{publisher.backlogBytes === 0 ? t('sparkplug.nothingWaits') : format.bytes(publisher.backlogBytes)}</td>
                <td className="mw-right mw-number">{publisher.lastSent === null ? '–' : format.time(publisher.lastSent)}</td>
                <td className="mw-right mw-number">{publisher.bdSeq}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function PublisherState({ publisher: { state, error, primaryHost, since } }: { readonly publisher: WirePublisher }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (state === 'online') {
    return (
      <span className="mw-soft">
        {t('sparkplug.online')} {since !== null && <span className="mw-faint">{t('sparkplug.onlineSince', { time: format.time(since) })}</span>}
      </span>
    )
  }
  if (state === 'waiting') return <span className="mw-soft">{t('sparkplug.waiting', { host: primaryHost ?? '' })}</span>
  if (state === 'connecting' && error === null) return <span className="mw-soft">{t('sparkplug.connecting')}</span>
  return (
    <span className="mw-edge-state mw-state-bad">
      <StateMark state="bad" quiet />
      <span>
        {t('sparkplug.down')}
        {error !== null && <span className="mw-faint">{error}</span>}
      </span>
    </span>
  )
}
