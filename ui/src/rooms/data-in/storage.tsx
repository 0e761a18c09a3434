import { useTranslation } from 'react-i18next'
import type { WireStatus } from '@millwright/model/wire/status.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { diskForecast } from './disk-forecast.ts'

/** Journal, history and disk: what is kept, and for how long there is room. */
export function Storage({ status }: { readonly status: WireStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { journal, history, disk } = status
  const rows = history === null ? 0 : history.recentRows + history.coldRows
  const bytes = history === null ? 0 : history.recentBytes + history.coldBytes
  const quarantined = [...journal.quarantined, ...(history?.quarantined ?? [])]
  return (
    <div className="mw-data-thirds">
      <section className="mw-panel" aria-label={t('dataIn.journal')}>
        <h2>{t('dataIn.journal')}</h2>
        <Facts facts={[[t('dataIn.journalSize'), format.bytes(journal.sizeBytes)], [t('dataIn.segments'), format.count(journal.segments)], [t('dataIn.lastSync'), `${format.value(Math.round(journal.lastSyncMs * 10) / 10)} ms`]]} />
      </section>
      <section className="mw-panel" aria-label={t('dataIn.history')}>
        <h2>{t('dataIn.history')}</h2>
        {history === null ? (
          <p className="mw-state-bad">{t('dataIn.historyNone')}</p>
        ) : (
          <Facts
            facts={[
              [t('dataIn.rows'), format.short(rows)],
              [t('dataIn.size'), format.bytes(bytes)],
              [t('dataIn.oldest'), history.oldest === null ? '–' : format.dateTime(history.oldest)],
              [t('dataIn.newest'), history.newest === null ? '–' : format.dateTime(history.newest)],
              [t('dataIn.files'), format.count(history.files)],
            ]}
          />
        )}
      </section>
      <section className="mw-panel" aria-label={t('dataIn.disk')}>
        <h2>{t('dataIn.disk')}</h2>
        {disk === null ? <p className="mw-faint">–</p> : <Disk disk={disk} perSecond={status.ingest.storedPerSecond} rows={rows} bytes={bytes} />}
      </section>
      {quarantined.length > 0 && (
        <section className="mw-panel mw-wide" aria-label={t('dataIn.quarantined')}>
          <h2 className="mw-state-bad">{t('dataIn.quarantined')}</h2>
          <Facts facts={quarantined.map(({ file, reason }) => [file, reason])} />
        </section>
      )}
    </div>
  )
}

function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl className="mw-lines">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="mw-number">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Disk({ disk, perSecond, rows, bytes }: { readonly disk: NonNullable<WireStatus['disk']>; readonly perSecond: number; readonly rows: number; readonly bytes: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const forecast = diskForecast({ freeBytes: disk.freeBytes, samplesPerSecond: perSecond, keptRows: rows, keptBytes: bytes })
  const used = disk.totalBytes === 0 ? 0 : 1 - disk.freeBytes / disk.totalBytes
  return (
    <>
      <div className="mw-bar" role="img" aria-label={format.percent(used)}>
        <i style={{ width: `${used * 100}%` }} className={used > 0.95 ? 'mw-bar-bad' : used > 0.85 ? 'mw-bar-high' : ''} />
      </div>
      <p className="mw-soft">{t('dataIn.free', { free: format.bytes(disk.freeBytes), total: format.bytes(disk.totalBytes) })}</p>
      <p>
        {t('dataIn.forecast')}: <b>{forecast.kind === 'idle' ? t('dataIn.forecastNoRate') : forecast.kind === 'far' ? t('dataIn.forecastNever') : format.span(forecast.inMs)}</b>
      </p>
      {forecast.kind !== 'idle' && <p className="mw-faint">{t('dataIn.forecastText', { rate: format.short(Math.round(perSecond)), bytes: `${forecast.bytesPerSample.toPrecision(2)} B` })}</p>}
    </>
  )
}
