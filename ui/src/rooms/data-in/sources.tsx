import { useTranslation } from 'react-i18next'
import type { WireStatus } from '@millwright/model/wire/status.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { StateMark } from '../../parts/state-mark.tsx'

const STATE_TEXT = { up: 'dataIn.stateUp', down: 'dataIn.stateDown', starting: 'dataIn.stateStarting', stopped: 'dataIn.stateStopped' } as const

function stateKey(state: string): keyof typeof STATE_TEXT {
  return state in STATE_TEXT ? (state as keyof typeof STATE_TEXT) : 'starting'
}

/** The ways in with their rates, and how far each consumer is behind. */
export function Sources({ sources, consumers }: { readonly sources: WireStatus['sources']; readonly consumers: WireStatus['journal']['consumers'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className="mw-data-columns">
      <section className="mw-panel" aria-label={t('dataIn.sources')}>
        <h2>{t('dataIn.sources')}</h2>
        {sources.length === 0 ? (
          <p className="mw-faint">{t('dataIn.noSources')}</p>
        ) : (
          <div className="mw-table-box" tabIndex={0} role="group" aria-label={t('dataIn.sources')}>
            <table className="mw-table">
              <thead>
                <tr>
                  <th>{t('dataIn.source')}</th>
                  <th>{t('machine.state')}</th>
                  <th className="mw-right">{t('dataIn.perSecond')}</th>
                  <th className="mw-right">{t('dataIn.samples')}</th>
                  <th className="mw-right">{t('dataIn.messages')}</th>
                  <th className="mw-right">{t('dataIn.bytes')}</th>
                  <th className="mw-right">{t('dataIn.clients')}</th>
                </tr>
              </thead>
              <tbody>
                {sources.map(({ name, connector, state, detail, clients, messages, samples, bytes, samplesPerSecond }) => (
                  <tr key={name}>
                    <td>
                      <b>{name}</b> {connector !== name && <span className="mw-faint">{connector}</span>}
                      {detail !== undefined && <div className="mw-faint">{detail}</div>}
                    </td>
                    <td>{state === 'up' ? <span className="mw-soft">{t('dataIn.stateUp')}</span> : <span className="mw-state-bad"><StateMark state="bad" quiet /> {t(STATE_TEXT[stateKey(state)])}</span>}</td>
                    <td className="mw-right mw-number">{samplesPerSecond === undefined ? '–' : format.short(Math.round(samplesPerSecond))}</td>
                    <td className="mw-right mw-number">{format.short(samples)}</td>
                    <td className="mw-right mw-number">{format.short(messages)}</td>
                    <td className="mw-right mw-number">{bytes === undefined ? '–' : format.bytes(bytes)}</td>
                    <td className="mw-right mw-number">{format.count(clients)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <section className="mw-panel" aria-label={t('dataIn.consumers')}>
        <h2>{t('dataIn.consumers')}</h2>
        <ul className="mw-lags">
          {consumers.map(({ name, lagBytes }) => (
            <li key={name}>
              <span>{name}</span>
              <b className="mw-number">{lagBytes === 0 ? t('dataIn.caughtUp') : `${t('dataIn.lag')} ${format.bytes(lagBytes)}`}</b>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}
