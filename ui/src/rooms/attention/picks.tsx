import { useTranslation } from 'react-i18next'
import type { WirePick } from '@millwright/model/wire/intelligence.ts'
import { useFormat } from '../../i18n/use-format.ts'

/** Names of a pick that are shown; the count says how many more there are. */
const MAX_NAMES = 48

/** What looks at the signals of a machine and why; then what was considered and is not used; then what nothing looks at. */
export function Picks({ picks }: { readonly picks: readonly WirePick[] }) {
  const { t } = useTranslation()
  const groups = {
    on: picks.filter(({ detector, isOn }) => detector !== null && isOn),
    off: picks.filter(({ detector, isOn }) => detector !== null && !isOn),
    none: picks.filter(({ detector }) => detector === null),
  }
  return (
    <>
      {(['on', 'off', 'none'] as const).map(
        (group) =>
          groups[group].length > 0 && (
            <section key={group} className="mw-panel" aria-label={t(`attention.picks.${group}`)}>
              <h2>{t(`attention.picks.${group}`)}</h2>
              <ul className="mw-picks">
                {groups[group].map((pick, index) => (
                  <Pick key={`${pick.detector} ${pick.reason.key} ${index}`} pick={pick} />
                ))}
              </ul>
            </section>
          ),
      )}
    </>
  )
}

function Pick({ pick: { detector, signals, words, isOn } }: { readonly pick: WirePick }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <li>
      {detector !== null && <b className={isOn ? undefined : 'mw-soft'}>{t(`attention.picks.detector.${detector}`)}</b>}
      <span>{words[format.language]}</span>
      {signals.length > 0 && (
        <span className="mw-faint mw-pick-signals">
          {signals.slice(0, MAX_NAMES).join(', ')} {signals.length > MAX_NAMES && t('attention.watched.and', { shown: format.count(signals.length - MAX_NAMES) })}
        </span>
      )}
    </li>
  )
}
