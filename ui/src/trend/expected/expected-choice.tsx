import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { Sign } from '../parts/sign.tsx'
import { EXPECTED, type TrendView } from '../view/trend-view.ts'
import type { ChangeView } from '../view/use-trend-view.ts'
import { rememberExpected } from './remembered.ts'

/** Chooses what is drawn of what is expected. A forecast makes room for the time to come. */
export function ExpectedChoice({ view: { expected, signals }, change, now }: { readonly view: TrendView; readonly change: ChangeView; readonly now: () => number }) {
  const { t } = useTranslation()
  const choose = (key: string) => {
    const next = EXPECTED.find((each) => each === key)
    rememberExpected(next)
    change((view) => ({ ...view, expected: next, range: rangeFor(view, next, now()) }))
  }
  const label = t('trend.expected.label')
  const items = [
    { key: 'off', label: t('trend.expected.off') },
    ...EXPECTED.map((key) => ({
      key,
      label: (
        <span className="mw-trend-choice">
          {t(`trend.expected.${key}`)} <span className="mw-faint">{t(`trend.expected.${key}Help`)}</span>
        </span>
      ),
    })),
  ]
  return (
    <Dropdown trigger={['click']} disabled={signals.length === 0} menu={{ items, selectable: true, selectedKeys: [expected ?? 'off'], onClick: ({ key }) => choose(key) }}>
      <Button aria-label={expected === undefined ? label : `${label}: ${t(`trend.expected.${expected}`)}`} title={label} type={expected === undefined ? 'default' : 'primary'} icon={<Sign name="expected" />}>
        {expected !== undefined && t(`trend.expected.${expected}Short`)}
      </Button>
    </Dropdown>
  )
}

/** A third of a picture with a forecast is the time to come; without one there is none. */
function rangeFor({ range }: TrendView, next: TrendView['expected'], nowMs: number): TrendView['range'] {
  const spanMs = 'followMs' in range ? range.followMs : range.toMs - range.fromMs
  const isAhead = !('followMs' in range) && range.toMs > nowMs
  if (next === 'ahead' && !isAhead) return { fromMs: nowMs - (spanMs * 2) / 3, toMs: nowMs + spanMs / 3 }
  return next !== 'ahead' && isAhead ? { followMs: spanMs } : range
}
