import { Button, Dropdown, Segmented, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { LAYOUTS, PRESETS, type Compare, type TrendView } from '../view/trend-view.ts'
import type { ChangeView } from '../view/use-trend-view.ts'
import { Sign, type SignName } from './sign.tsx'

/** What the toolbar can do besides changing the view. */
export interface ToolbarActions {
  readonly pick: () => void
  readonly preset: (ms: number) => void
  readonly all: () => void
  readonly follow: () => void
  readonly pan: (share: number) => void
  readonly zoom: (factor: number) => void
  readonly range: () => void
  readonly customCompare: () => void
  readonly note: () => void
  readonly help: () => void
}

interface ToolbarProps {
  readonly view: TrendView
  readonly change: ChangeView
  readonly actions: ToolbarActions
  readonly range: ReactNode
  readonly exports: ReactNode
}

/** The row of controls above the chart. */
export function Toolbar({ view, change, actions, range, exports }: ToolbarProps) {
  const { t } = useTranslation()
  const followMs = 'followMs' in view.range ? view.range.followMs : view.range.toMs - view.range.fromMs
  const chosen = PRESETS.find(({ ms }) => ms === followMs)?.key
  const isEmpty = view.signals.length === 0
  return (
    <div className="mw-trend-bar" role="toolbar" aria-label={t('trend.title')}>
      <Button type={isEmpty ? 'primary' : 'default'} icon={<Sign name="plus" />} onClick={actions.pick}>
        {t('trend.addSignals')}
      </Button>
      <div className="mw-trend-group">
        <Segmented
          aria-label={t('trend.presets.label')}
          value={chosen ?? ''}
          onChange={(key) => {
            const preset = PRESETS.find((each) => each.key === key)
            if (preset === undefined) actions.all()
            else actions.preset(preset.ms)
          }}
          options={[...PRESETS.map(({ key }) => ({ value: key as string, label: t(`trend.presets.${key}`) })), { value: 'all', label: t('trend.presets.all') }]}
        />
      </div>
      <div className="mw-trend-group">
        <Tool sign="earlier" label={t('trend.back')} onClick={() => actions.pan(-0.5)} />
        {range}
        <Tool sign="later" label={t('trend.forward')} onClick={() => actions.pan(0.5)} />
        <Tool sign="minus" label={t('trend.zoomOut')} onClick={() => actions.zoom(2)} />
        <Tool sign="plus" label={t('trend.zoomIn')} onClick={() => actions.zoom(0.5)} />
        <Tooltip title={t('trend.liveHelp')}>
          <Button type={'followMs' in view.range ? 'primary' : 'default'} aria-pressed={'followMs' in view.range} icon={<Sign name="live" size={12} />} onClick={actions.follow}>
            {t('trend.live')}
          </Button>
        </Tooltip>
      </div>
      <div className="mw-trend-group mw-trend-end">
        <Choice sign="panels" label={t('trend.layout.label')} chosen={view.layout} items={LAYOUTS.map((key) => ({ key, label: t(`trend.layout.${key}`) }))} onChoose={(key) => change((now) => ({ ...now, layout: LAYOUTS.find((each) => each === key) ?? now.layout }))} />
        <CompareChoice compare={view.compare} change={change} custom={actions.customCompare} />
        <Tool sign="note" label={t('trend.note.add')} onClick={actions.note} disabled={isEmpty} />
        {exports}
        <Tool sign="help" label={t('trend.help.open')} onClick={actions.help} />
      </div>
    </div>
  )
}

function Tool({ sign, label, onClick, disabled = false }: { readonly sign: SignName; readonly label: string; readonly onClick: () => void; readonly disabled?: boolean }) {
  return (
    <Tooltip title={label}>
      <Button aria-label={label} icon={<Sign name={sign} />} onClick={onClick} disabled={disabled} />
    </Tooltip>
  )
}

interface ChoiceProps {
  readonly sign: SignName
  readonly label: string
  readonly chosen: string
  readonly text?: string
  readonly items: readonly { readonly key: string; readonly label: string }[]
  readonly onChoose: (key: string) => void
}

function Choice({ sign, label, chosen, text, items, onChoose }: ChoiceProps) {
  return (
    <Dropdown trigger={['click']} menu={{ items: items.map(({ key, label: words }) => ({ key, label: words })), selectable: true, selectedKeys: [chosen], onClick: ({ key }) => onChoose(key) }}>
      <Button aria-label={text === undefined ? label : `${label} ${text}`} title={label} type={text === undefined ? 'default' : 'primary'} icon={<Sign name={sign} />}>
        {text}
      </Button>
    </Dropdown>
  )
}

const PERIODS = [
  ['off', undefined],
  ['day', 1],
  ['week', 7],
  ['month', 30],
] as const

function CompareChoice({ compare, change, custom }: { readonly compare: Compare | undefined; readonly change: ChangeView; readonly custom: () => void }) {
  const { t } = useTranslation()
  const days = compare === undefined ? undefined : 'days' in compare ? compare.days : compare.ms / 86_400_000
  const chosen = PERIODS.find(([, each]) => each === days)?.[0] ?? 'custom'
  return (
    <Choice
      sign="compare"
      label={t('trend.compare.label')}
      chosen={chosen}
      {...(days !== undefined && { text: t('trend.compare.short', { days: Math.round(days * 100) / 100 }) })}
      items={[...PERIODS.map(([key]) => ({ key, label: t(`trend.compare.${key}`) })), { key: 'custom', label: t('trend.compare.custom') }]}
      onChoose={(key) => {
        if (key === 'custom') return custom()
        const period = PERIODS.find(([each]) => each === key)?.[1]
        change((view) => ({ ...view, compare: period === undefined ? undefined : { days: period } }))
      }}
    />
  )
}
