import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireVibrationPoint } from '@millwright/model/wire/vibration.ts'
import { useFormat } from '../../../i18n/use-format.ts'

interface RecordingBarProps {
  readonly point: WireVibrationPoint
  readonly all: readonly WireVibrationPoint[]
  /** Of recordings, the newest first. */
  readonly times: readonly number[]
  readonly time: number | undefined
  readonly other: number | undefined
  /** Whether frequencies can be shown as orders. */
  readonly hasSpeed: boolean
}

/** Which recording is looked at, with which it is compared, and how frequencies are written. */
export function RecordingBar({ point, all, times, time, other, hasSpeed }: RecordingBarProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [asked, setAsked] = useSearchParams()
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(asked)
    if (value === '') next.delete(name)
    else next.set(name, value)
    setAsked(next, { replace: true, preventScrollReset: true })
  }
  const place = time === undefined ? -1 : times.indexOf(time)
  const step = (by: number) => choose('rec', place + by === 0 ? '' : String(times[place + by] ?? ''))
  // A recording that the address names may be older than the list.
  const listed = (wanted: number | undefined) => (wanted === undefined || times.includes(wanted) ? times : [wanted, ...times])
  const [isOrders, isAll] = [asked.get('axis') === 'orders', asked.get('reach') === 'all']
  return (
    <div className="mw-vibration-bar">
      <h2>{t('vibration.title')}</h2>
      {all.length > 1 && (
        <label className="mw-vibration-choose">
          <span className="mw-faint">{t('vibration.signal')}</span>
          <select value={point.signal} onChange={(event) => setAsked({ wave: event.target.value }, { replace: true, preventScrollReset: true })}>
            {all.map(({ signal }) => (
              <option key={signal} value={signal}>
                {lastName(signal)}
              </option>
            ))}
          </select>
        </label>
      )}
      {times.length > 0 && (
        <>
          <div className="mw-vibration-step">
            <label>
              <span className="mw-faint mw-vibration-word">{t('vibration.recording')}</span>
              <select value={asked.get('rec') ?? ''} onChange={(event) => choose('rec', event.target.value)}>
                <option value="">{t('vibration.newest', { time: format.dateTime(times[0] ?? 0) })}</option>
                {listed(asked.get('rec') === null ? undefined : time).map((one) => (
                  <option key={one} value={one}>
                    {format.dateTime(one)}
                  </option>
                ))}
              </select>
            </label>
            <button type="button" className="mw-button" aria-label={t('vibration.earlier')} title={t('vibration.earlier')} disabled={place < 0 || place >= times.length - 1} onClick={() => step(1)}>
              ‹
            </button>
            <button type="button" className="mw-button" aria-label={t('vibration.later')} title={t('vibration.later')} disabled={place <= 0} onClick={() => step(-1)}>
              ›
            </button>
          </div>
          <label className="mw-vibration-choose">
            <span className="mw-faint">{t('vibration.compared')}</span>
            <select value={other ?? ''} onChange={(event) => choose('with', event.target.value)}>
              <option value="">{t('vibration.nothing')}</option>
              {listed(other).toReversed().map((one) => (
                <option key={one} value={one}>
                  {format.dateTime(one)}
                </option>
              ))}
            </select>
          </label>
          <Choice label={t('vibration.reach')} isSecond={isAll} names={[t('vibration.reaches.low'), t('vibration.reaches.all')]} onChoose={(second) => choose('reach', second ? 'all' : '')} />
          {hasSpeed && <Choice label={t('vibration.axis')} isSecond={isOrders} names={[t('vibration.hz'), t('vibration.orders')]} onChoose={(second) => choose('axis', second ? 'orders' : '')} />}
        </>
      )}
    </div>
  )
}

function Choice({ label, names, isSecond, onChoose }: { readonly label: string; readonly names: readonly [string, string]; readonly isSecond: boolean; readonly onChoose: (second: boolean) => void }) {
  return (
    <div className="mw-tabs" role="group" aria-label={label}>
      {names.map((name, at) => (
        <button key={name} type="button" className={isSecond === (at === 1) ? 'mw-tab mw-tab-chosen' : 'mw-tab'} aria-pressed={isSecond === (at === 1)} onClick={() => onChoose(at === 1)}>
          {name}
        </button>
      ))}
    </div>
  )
}
