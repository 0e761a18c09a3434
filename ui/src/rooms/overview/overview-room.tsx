import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { SIGNAL_STATES } from '@millwright/model/signal-state.ts'
import type { WireSummary, WireSummaryNode } from '@millwright/model/wire/summary.ts'
import { summaryQuery } from '../../api/summary-query.ts'
import type { Format } from '../../i18n/format.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { unitText } from '../../i18n/unit.ts'
import { useDescription } from '../../i18n/use-description.ts'
import { links } from '../../links.ts'
import { useNow } from '../../live/use-live.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { Empty, QueryView } from '../../parts/view-state.tsx'
import { DemoWelcome } from './demo-welcome.tsx'
import { Findings } from './findings.tsx'
import { Tile } from './tile.tsx'
import { noteworthyCount, totalCount, worstSignals, worstState } from './worst-state.ts'
import './overview.css'

const MAX_WORST = 8
/** Width of a tile with its gap; a group takes as much of a row as its tiles need. */
const TILE_PX = 258
const FIRST_SAMPLE = "mosquitto_pub -q 1 -t mw/v1/acme/line1/press3 -m '{\"values\":{\"temperature\":21.5}}'"

/** The plant at a glance, floor by floor: what is abnormal, stale or silent, and where. */
export function OverviewRoom() {
  const { t } = useTranslation()
  const path = useParams()['*'] ?? ''
  const query = useQuery(summaryQuery(path))
  return (
    <div className="mw-room">
      <QueryView query={query} isEmpty={({ node, children }) => children.length === 0 && totalCount(node.signals) === 0 && node.path === ''} empty={<NoMachine />}>
        {(summary) => <Floor summary={summary} isDrilled={path !== ''} />}
      </QueryView>
      <p className="mw-faint mw-overview-help">
        {t('overview.legendText')} {t('overview.stateHelp', { minutes: (query.data?.staleAfterSeconds ?? 300) / 60 })}
      </p>
    </div>
  )
}

function NoMachine() {
  const { t } = useTranslation()
  return (
    <Empty title={t('overview.emptyTitle')}>
      <p>{t('overview.emptyText')}</p>
      <pre className="mw-code" tabIndex={0}>
        {FIRST_SAMPLE}
      </pre>
      <p>{t('overview.emptyMore')}</p>
    </Empty>
  )
}

function Floor({ summary, isDrilled }: { readonly summary: WireSummary; readonly isDrilled: boolean }) {
  const { t } = useTranslation()
  const described = useDescription()
  const format = useFormat()
  const nowMs = useNow()
  const { node, children, more } = summary
  const groups = children.filter(({ children: below }) => below.length > 0)
  const machines = children.filter(({ children: below }) => below.length === 0)
  const worst = worstSignals([node, ...children, ...children.flatMap(({ children: below }) => below)], MAX_WORST)
  return (
    <>
      <Headline node={node} format={format} nowMs={nowMs} isDrilled={isDrilled} />
      {!isDrilled && <DemoWelcome />}
      <Findings under={node.path} nowMs={nowMs} />
      {worst.length > 0 && <Worst signals={worst} format={format} root={node.path} nowMs={nowMs} />}
      {machines.length > 0 && <Tiles nodes={machines} more={groups.length === 0 ? more : 0} format={format} nowMs={nowMs} />}
      <div className="mw-groups">
        {groups.map((group) => (
          <section key={group.path} className="mw-group" aria-label={group.name} style={{ flex: `${group.children.length} 1 ${group.children.length * TILE_PX}px` }}>
            <div className="mw-group-head">
              <h2>
                <Link to={links.overview(group.path)}>{groupName(group.path, node.path)}</Link>
              </h2>
              {group.level !== undefined && <span className="mw-faint">{t(`level.${group.level}`)}</span>}
              {group.description !== undefined && <span className="mw-soft">{described(group.description)}</span>}
              <Counts node={group} format={format} />
            </div>
            <Tiles nodes={group.children} more={group.more} format={format} nowMs={nowMs} />
          </section>
        ))}
      </div>
      {groups.length > 0 && more > 0 && <p className="mw-faint">{t('overview.more', { shown: more })}</p>}
    </>
  )
}

function Headline({ node, format, nowMs, isDrilled }: { readonly node: WireSummaryNode; readonly format: Format; readonly nowMs: number; readonly isDrilled: boolean }) {
  const { t } = useTranslation()
  const described = useDescription()
  const abnormal = noteworthyCount(node.assets)
  const total = totalCount(node.assets)
  const state = worstState(node.assets)
  return (
    <header className="mw-headline">
      <div>
        {isDrilled && <AssetCrumbs path={node.path} to={links.overview} {...(parentPath(node.path) === undefined && { root: t('overview.root') })} />}
        <h1>
          {node.name === '' ? t('overview.title') : node.name}
          {node.description !== undefined && <small>{described(node.description)}</small>}
        </h1>
      </div>
      <p className="mw-headline-say">
        {abnormal > 0 && state !== undefined && <StateMark state={state} size={24} quiet />}
        {abnormal === 0 ? t('overview.allNormal') : t('overview.abnormal', { shown: format.short(abnormal), total: format.short(total) })}
      </p>
      <div className="mw-headline-facts">
        <Counts node={node} format={format} />
        <span className="mw-faint">{t('overview.assets', { shown: format.short(total) })}</span>
        <span className="mw-faint">{t('overview.signals', { shown: format.short(totalCount(node.signals)) })}</span>
        <span className="mw-faint">{node.newest === null ? t('overview.noData') : t('overview.lastData', { age: format.age(nowMs - node.newest) })}</span>
        {node.path !== '' && <Link to={links.plant(node.path)}>{t('overview.machine')}</Link>}
      </div>
    </header>
  )
}

/** A group may stand several floors below what the page shows. */
function groupName(path: string, root: string): string {
  return (root === '' ? path : path.slice(root.length + 1)).replaceAll('/', ' / ')
}

/** Where the machine of a signal stands, below what the page shows. */
function placeOf(path: string, root: string): string {
  const place = parentPath(parentPath(path) ?? '') ?? ''
  return place === root ? '' : root === '' ? place : place.slice(root.length + 1)
}

/** Machines in each state that is not normal. */
function Counts({ node, format }: { readonly node: WireSummaryNode; readonly format: Format }) {
  return SIGNAL_STATES.filter((state) => state !== 'normal' && node.assets[state] > 0).map((state) => (
    <span key={state} className={`mw-count mw-state-${state}`}>
      <StateMark state={state} /> <b className="mw-number">{format.count(node.assets[state])}</b>
    </span>
  ))
}

function Tiles({ nodes, more, format, nowMs }: { readonly nodes: readonly WireSummaryNode[]; readonly more: number; readonly format: Format; readonly nowMs: number }) {
  const { t } = useTranslation()
  return (
    <div className="mw-tiles">
      {nodes.map((node) => (
        <Tile key={node.path} node={node} format={format} nowMs={nowMs} />
      ))}
      {more > 0 && <p className="mw-tile-more mw-faint">{t('overview.more', { shown: more })}</p>}
    </div>
  )
}

function Worst({ signals, format, root, nowMs }: { readonly signals: WireSummaryNode['worst']; readonly format: Format; readonly root: string; readonly nowMs: number }) {
  const { t } = useTranslation()
  return (
    <section className="mw-panel mw-worst" aria-label={t('overview.worst')}>
      <h2>{t('overview.worst')}</h2>
      <ul>
        {signals.map(({ path, state, value, unit, low, high, time }) => (
          <li key={path}>
            <StateMark state={state} />
            <Link to={links.plant(parentPath(path) ?? path)}>
              <span>
                {lastName(parentPath(path) ?? '')} · {lastName(path)}
              </span>
              <span className="mw-faint">{placeOf(path, root)}</span>
            </Link>
            <b className="mw-number">
              {format.value(value)} {unitText(unit)}
            </b>
            <span className="mw-faint">{limitText(value, low, high)}</span>
            <span className="mw-faint mw-number">{format.age(nowMs - time)}</span>
          </li>
        ))}
      </ul>
    </section>
  )

  function limitText(value: unknown, low: number | undefined, high: number | undefined): string {
    if (typeof value !== 'number') return ''
    if (high !== undefined && value > high) return t('signal.above', { limit: format.value(high) })
    return low !== undefined && value < low ? t('signal.below', { limit: format.value(low) }) : ''
  }
}
