import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireWatchedAsset } from '@millwright/model/wire/intelligence.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import { Failure } from '../../parts/view-state.tsx'
import { useSwitch } from './use-switch.ts'

const LISTS = ['judged', 'counters', 'unvaried', 'leftOut', 'states', 'statesDropped', 'operatingStates'] as const
/** Names of a list that are shown; the count says how many more there are. */
const MAX_NAMES = 40
const MINUTE_MS = 60_000

/** How one machine is watched: how far it is, and behind a touch what was picked for it and why. */
export function WatchedAsset({ asset: watched }: { readonly asset: WireWatchedAsset }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { asset, phase, isOff, isAbnormal, minutes, judged, why, late, bad, ahead, shadow, shadowTally, model } = watched
  const { turn, isPending, error } = useSwitch(asset)
  return (
    <li>
      <div className="mw-watched-head">
        <span className="mw-watched-name">
          <Link to={links.plant(asset)}>{lastName(asset)}</Link> <span className="mw-faint">{parentPath(asset)}</span>
        </span>
        <span className="mw-watched-phase">
          {isOff ? <span className="mw-state-outside">{t('attention.watched.off')}</span> : <span className="mw-soft">{t(`attention.watched.${phase}`)}</span>}
          {isAbnormal && !isOff && (
            <span className="mw-state-outside">
              <StateMark state="outside" quiet /> {t('attention.watched.abnormal')}
            </span>
          )}
        </span>
        <span className="mw-faint">
          {t('attention.watched.judged', { shown: format.count(judged.length) })} · {t('attention.watched.seen', { span: format.span(minutes * MINUTE_MS) })}
        </span>
        <Button size="small" loading={isPending} onClick={() => turn(!isOff)}>
          {t(isOff ? 'attention.watched.start' : 'attention.watched.stop')}
        </Button>
      </div>
      <details>
        <summary>{t('attention.watched.why')}</summary>
        <ul className="mw-watched-why">
          {why.map((words) => (
            <li key={words.en}>{words[format.language]}</li>
          ))}
        </ul>
        <dl className="mw-attention-facts">
          {LISTS.filter((list) => watched[list].length > 0).map((list) => (
            <div key={list}>
              <dt>
                {t(`attention.watched.lists.${list}`)} ({format.count(watched[list].length)})
              </dt>
              <dd>
                {watched[list].slice(0, MAX_NAMES).join(', ')} {watched[list].length > MAX_NAMES && <span className="mw-faint">{t('attention.watched.and', { shown: format.count(watched[list].length - MAX_NAMES) })}</span>}
              </dd>
            </div>
          ))}
          <div>
            <dt>{t('attention.watched.model')}</dt>
            <dd>
              <code>{model}</code>
            </dd>
          </div>
          {shadow !== null && (
            <div>
              <dt>{t('attention.watched.shadow')}</dt>
              <dd>
                <code>{shadow}</code> {shadowTally !== null && t('attention.watched.shadowTold', { anomalies: format.count(shadowTally.anomalies), shared: format.count(shadowTally.shared), champion: format.count(shadowTally.ofChampion) })}
              </dd>
            </div>
          )}
        </dl>
        {late + bad + ahead > 0 && <p className="mw-faint">{t('attention.watched.lost', { late: format.count(late), bad: format.count(bad), ahead: format.count(ahead) })}</p>}
      </details>
      {error !== null && <Failure error={error} compact />}
    </li>
  )
}
