import { useVirtualizer } from '@tanstack/react-virtual'
import { Button } from 'antd'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useDescription } from '../../i18n/use-description.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Failure, Loading } from '../../parts/view-state.tsx'
import { keyTarget, type TreeRow } from './tree-model.ts'
import { useTree } from './use-tree.ts'

const ROW_PX = 32
const INDENT_PX = 16

/** The plant's hierarchy. Only the lines in sight are drawn, only opened branches are loaded. */
export function PlantTree({ chosen, onChoose }: { readonly chosen: string; readonly onChoose: (path: string) => void }) {
  const { t } = useTranslation()
  const { rows, error, toggle, loadMore, retry } = useTree(chosen)
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const lines = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: 12 })
  const chosenAt = rows.findIndex((row) => row.kind === 'asset' && row.asset.path === chosen)
  useEffect(() => {
    if (chosenAt < 0) return
    setAt(chosenAt)
    lines.scrollToIndex(chosenAt, { align: 'auto' })
  }, [chosenAt, lines])
  const onKey = (event: KeyboardEvent) => {
    const row = rows[at]
    if (event.key === 'Enter' && row?.kind === 'asset') onChoose(row.asset.path)
    const target = keyTarget(event.key, rows, at)
    if (target === undefined) return
    event.preventDefault()
    if ('toggle' in target) toggle(target.toggle)
    else {
      setAt(target.move)
      lines.scrollToIndex(target.move)
    }
  }
  const isEmpty = rows.length === 0
  const isFirstLoad = rows.length === 1 && rows[0]?.kind === 'more' && rows[0].isLoading
  if (isFirstLoad) return error === undefined ? <Loading /> : <Failure error={error} onRetry={retry} compact />
  if (isEmpty) return <Empty title={t('overview.emptyTitle')} />
  return (
    <div ref={box} className="mw-tree" role="tree" tabIndex={0} aria-label={t('plant.tree')} aria-activedescendant={`tree-${at}`} onKeyDown={onKey}>
      <div role="presentation" style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          const style = { transform: `translateY(${start}px)`, paddingLeft: 6 + row.depth * INDENT_PX, height: ROW_PX }
          return row.kind === 'asset' ? (
            <AssetLine key={row.asset.path} row={row} id={`tree-${index}`} style={style} isChosen={row.asset.path === chosen} isAt={index === at} onToggle={toggle} onChoose={onChoose} />
          ) : (
            <div key={`more ${row.parent}`} id={`tree-${index}`} className="mw-tree-row" role="treeitem" aria-level={row.depth + 1} style={style}>
              {row.isLoading ? <span className="mw-faint">{t('state.loading')}</span> : <Button size="small" onClick={() => loadMore(row.parent)}>{t('plant.loadMore')}</Button>}
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface AssetLineProps {
  readonly row: Extract<TreeRow, { kind: 'asset' }>
  readonly id: string
  readonly style: React.CSSProperties
  readonly isChosen: boolean
  readonly isAt: boolean
  readonly onToggle: (path: string) => void
  readonly onChoose: (path: string) => void
}

function AssetLine({ row: { asset, depth, isOpen }, id, style, isChosen, isAt, onToggle, onChoose }: AssetLineProps) {
  const { t } = useTranslation()
  const described = useDescription()
  const hasChildren = (asset.childCount ?? 0) > 0
  return (
    <div id={id} className={`mw-tree-row${isChosen ? ' mw-tree-chosen' : ''}${isAt ? ' mw-tree-at' : ''}`} role="treeitem" aria-level={depth + 1} aria-selected={isChosen} {...(hasChildren && { 'aria-expanded': isOpen })} style={style} onClick={() => onChoose(asset.path)} title={described(asset.description)}>
      {/* The keyboard opens with the arrow keys, so this is for the pointer alone. */}
      <span className="mw-tree-toggle" aria-hidden="true" title={hasChildren ? t(isOpen ? 'plant.collapse' : 'plant.expand', { name: asset.name }) : undefined} onClick={(event) => {
          if (!hasChildren) return
          event.stopPropagation()
          onToggle(asset.path)
        }}>
        {hasChildren && <Icon name={isOpen ? 'down' : 'right'} size={12} />}
      </span>
      <span className="mw-tree-name">
        {asset.name}
        {asset.description !== undefined && <span className="mw-faint"> {described(asset.description)}</span>}
      </span>
      {hasChildren && <span className="mw-faint mw-tree-note">{asset.childCount}</span>}
    </div>
  )
}
