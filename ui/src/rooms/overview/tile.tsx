import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import { SIGNAL_STATES } from '@millwright/model/signal-state.ts'
import type { WireSummaryNode } from '@millwright/model/wire/summary.ts'
import type { Format } from '../../i18n/format.ts'
import { unitText } from '../../i18n/unit.ts'
import { useDescription } from '../../i18n/use-description.ts'
import { links } from '../../links.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import { noteworthyCount, totalCount, worstState } from './worst-state.ts'

/** Machines that are drawn one by one; more of them become a strip. */
const MAX_SQUARES = 60

/** An asset at a glance: its name, how many of its machines need a look, the worst signal, and a strip of all states. */
export const Tile = memo(function Tile({ node, format, nowMs }: { readonly node: WireSummaryNode; readonly format: Format; readonly nowMs: number }) {
  const { t } = useTranslation()
  const described = useDescription()
  const { name, path, level, description, childCount, assets, signals, newest, worst } = node
  const total = totalCount(assets)
  const abnormal = noteworthyCount(assets)
  const state = worstState(assets) ?? 'silent'
  const isCalm = abnormal === 0
  const first = worst[0]
  const isMachine = childCount === 0
  return (
    <Link className={`mw-tile mw-tile-${isCalm ? 'normal' : state}`} to={isMachine ? links.plant(path) : links.overview(path)} aria-label={t('overview.open', { name })}>
      <span className="mw-tile-head">
        <span className="mw-tile-name">{name}</span>
        {level !== undefined && <span className="mw-faint">{t(`level.${level}`)}</span>}
        {description !== undefined && <span className="mw-tile-note">{described(description)}</span>}
      </span>
      {isCalm ? (
        <span className="mw-tile-calm">
          {assets.normal === 0 && state === 'silent' ? t('signal.silent') : isMachine ? t('overview.signals', { shown: format.short(totalCount(signals)) }) : t('overview.assets', { shown: format.short(total) })}
        </span>
      ) : (
        <span className={`mw-tile-figure mw-state-${state}`}>
          <StateMark state={state} size={26} quiet />
          {isMachine ? (
            <b className="mw-tile-word">{t(`signal.${state}`)}</b>
          ) : (
            <>
              <b>{format.count(abnormal)}</b>
              <span className="mw-faint">/ {format.count(total)}</span>
            </>
          )}
        </span>
      )}
      <span className="mw-tile-foot">
        {first === undefined ? (
          <span className="mw-faint">{newest === null ? t('overview.noData') : t('signal.ago', { age: format.age(nowMs - newest) })}</span>
        ) : (
          <span className="mw-tile-worst">
            <span>{isMachine ? lastName(first.path) : first.path.slice(path.length + 1)}</span>
            <b className="mw-number">
              {format.value(first.value)} {unitText(first.unit)}
            </b>
          </span>
        )}
      </span>
      {isMachine || total > MAX_SQUARES ? <StateStrip counts={isMachine ? signals : assets} /> : <Mosaic counts={assets} />}
    </Link>
  )
})

/** One square for each machine, the worst first. */
function Mosaic({ counts }: { readonly counts: WireSummaryNode['assets'] }) {
  return (
    <span className="mw-mosaic" aria-hidden="true">
      {SIGNAL_STATES.flatMap((state) => Array.from({ length: counts[state] }, (_, index) => <i key={`${state} ${index}`} className={`mw-strip-${state}`} />))}
    </span>
  )
}

/** All states as parts of a line; the normal part is grey. */
export function StateStrip({ counts }: { readonly counts: WireSummaryNode['assets'] }) {
  return (
    <span className="mw-strip" aria-hidden="true">
      {SIGNAL_STATES.map((state) => counts[state] > 0 && <i key={state} className={`mw-strip-${state}`} style={{ flexGrow: counts[state] }} />)}
    </span>
  )
}
