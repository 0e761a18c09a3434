import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireWatchedAsset } from '@millwright/model/wire/intelligence.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import { WatchedSwitch } from './watched-switch.tsx'

const MINUTE_MS = 60_000

/** How one machine is watched: how far it is, and the way to what was picked for it and why. */
export function WatchedAsset({ asset: watched }: { readonly asset: WireWatchedAsset }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { asset, minutes, judged } = watched
  return (
    <li className="mw-watched-head">
      <span className="mw-watched-name">
        <Link to={links.watched(asset)}>{lastName(asset)}</Link> <span className="mw-faint">{parentPath(asset)}</span>
      </span>
      <span className="mw-watched-phase">
        <WatchedPhase watched={watched} />
      </span>
      <span className="mw-faint">
        {t('attention.watched.judged', { shown: format.count(judged.length) })} · {t('attention.watched.seen', { span: format.span(minutes * MINUTE_MS) })}
      </span>
      <span className="mw-watched-do">
        <Link to={links.watched(asset)}>{t('attention.watched.why')}</Link>
        <WatchedSwitch watched={watched} />
      </span>
    </li>
  )
}

/** Off, learning, calibrating or watching; and whether something is not normal now. */
export function WatchedPhase({ watched: { phase, isOff, isAbnormal } }: { readonly watched: Pick<WireWatchedAsset, 'phase' | 'isOff' | 'isAbnormal'> }) {
  const { t } = useTranslation()
  return (
    <>
      {isOff ? <span className="mw-state-outside">{t('attention.watched.off')}</span> : <span className="mw-soft">{t(`attention.watched.${phase}`)}</span>}
      {isAbnormal && !isOff && (
        <span className="mw-state-outside">
          <StateMark state="outside" quiet /> {t('attention.watched.abnormal')}
        </span>
      )}
    </>
  )
}
