import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireEdgeNode } from '@millwright/model/wire/sparkplug.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import { links } from '../../links.ts'

const COLUMNS = 12
/** Devices listed below an edge node; there may be thousands. */
const MAX_DEVICES = 200

/** Reasons as the server words them, and their texts here. */
const REASONS = [
  ['data before', 'sparkplug.why.early'],
  ['a device', 'sparkplug.why.early'],
  ['messages are missing', 'sparkplug.why.missing'],
  ['somebody asked', 'sparkplug.why.asked'],
] as const

function reasonKey(reason: string): (typeof REASONS)[number][1] | 'sparkplug.why.unknown' {
  return REASONS.find(([beginning]) => reason.startsWith(beginning))?.[1] ?? 'sparkplug.why.unknown'
}

/** One edge node, with its devices on demand. */
export function EdgeNodeRow({ node: edge, action }: { readonly node: WireEdgeNode; readonly action: ReactNode }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const { source, group, node, devices, metrics, samples, historical, missing, refused, rebirthRequests, bdSeq, lastMessage } = edge
  const online = devices.filter(({ state }) => state === 'online').length
  const name = `${group}/${node}`
  return (
    <>
      <tr>
        <td>
          <button type="button" className="mw-edge-name" aria-expanded={isOpen} aria-label={t('sparkplug.showDevices', { node: name })} onClick={() => setOpen(!isOpen)}>
            <i aria-hidden="true">{isOpen ? '▾' : '▸'}</i> <b>{name}</b>
          </button>
          {source !== 'sparkplug' && <div className="mw-faint">{source}</div>}
        </td>
        <td>
          <NodeState edge={edge} />
        </td>
        <td className="mw-right mw-number">{online === devices.length ? format.count(devices.length) : <span className="mw-state-stale">{`${format.count(online)} / ${format.count(devices.length)}`}</span>}</td>
        <td className="mw-right mw-number">{format.count(metrics)}</td>
        <td className="mw-right mw-number">{lastMessage === null ? '–' : format.time(lastMessage)}</td>
        <td className="mw-right mw-number">{format.short(samples)}</td>
        <td className="mw-right mw-number">{format.short(historical)}</td>
        <td className={`mw-right mw-number${missing > 0 ? ' mw-state-uncertain' : ''}`}>{format.short(missing)}</td>
        <td className={`mw-right mw-number${refused > 0 ? ' mw-state-outside' : ''}`}>{format.short(refused)}</td>
        <td className="mw-right mw-number">{format.count(rebirthRequests)}</td>
        <td className="mw-right mw-number">{bdSeq ?? '–'}</td>
        <td className="mw-right">{action}</td>
      </tr>
      {isOpen && (
        <tr className="mw-edge-open">
          <td colSpan={COLUMNS}>
            <Devices devices={devices} />
          </td>
        </tr>
      )}
    </>
  )
}

function NodeState({ edge: { state, waitsFor, born, died } }: { readonly edge: WireEdgeNode }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (state === 'offline') {
    return (
      <span className="mw-edge-state mw-state-stale">
        <StateMark state="stale" quiet /> {died === null ? t('sparkplug.offline') : t('sparkplug.offlineSince', { time: format.time(died) })}
      </span>
    )
  }
  if (waitsFor !== null) {
    return (
      <span className="mw-edge-state mw-state-uncertain">
        <StateMark state="uncertain" quiet />
        <span>
          {t('sparkplug.rebirthAwaited')}
          <span className="mw-faint">{t(reasonKey(waitsFor))}</span>
        </span>
      </span>
    )
  }
  if (state !== 'online') return <span className="mw-soft">{t(state === 'awaiting' ? 'sparkplug.awaiting' : 'sparkplug.unborn')}</span>
  return (
    <span className="mw-soft">
      {t('sparkplug.online')} {born !== null && <span className="mw-faint">{t('sparkplug.onlineSince', { time: format.time(born) })}</span>}
    </span>
  )
}

function Devices({ devices }: { readonly devices: WireEdgeNode['devices'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (devices.length === 0) return <span className="mw-faint">{t('sparkplug.noDevices')}</span>
  return (
    <ul className="mw-edge-devices">
      {devices.slice(0, MAX_DEVICES).map(({ device, path, state, metrics }) => (
        <li key={device}>
          <Link to={links.plant(path)}>{device}</Link>
          <span className="mw-faint mw-number">{format.count(metrics)}</span>
          {state !== 'online' && (
            <span className={state === 'offline' ? 'mw-state-stale' : 'mw-soft'}>
              {state === 'offline' && <StateMark state="stale" quiet />} {t(state === 'offline' ? 'sparkplug.offline' : state === 'awaiting' ? 'sparkplug.awaiting' : 'sparkplug.unborn')}
            </span>
          )}
        </li>
      ))}
      {devices.length > MAX_DEVICES && <li className="mw-faint">… {format.count(devices.length - MAX_DEVICES)}</li>}
    </ul>
  )
}
