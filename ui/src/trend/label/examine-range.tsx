import { Button, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { links } from '../../links.ts'
import type { TrendView } from '../view/trend-view.ts'
import { assetsOf } from './label-range.tsx'

/** The button that examines what lies between A and B, of the machine whose signal comes first. */
export function ExamineRange({ view: { signals, cursors } }: { readonly view: TrendView }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { a, b } = cursors
  const [asset] = assetsOf(signals)
  if (asset === undefined) return null
  const isMarked = a !== undefined && b !== undefined && a !== b
  return (
    <Tooltip title={isMarked ? undefined : t('examine.openTrendHow')}>
      <Button disabled={!isMarked} onClick={() => isMarked && void navigate(links.examine({ asset, fromMs: Math.min(a, b), toMs: Math.max(a, b) }))}>
        {t('examine.openTrend')}
      </Button>
    </Tooltip>
  )
}
