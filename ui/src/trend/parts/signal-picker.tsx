import { useInfiniteQuery } from '@tanstack/react-query'
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { signalsQuery } from '../../api/queries.ts'
import { unitText } from '../../i18n/unit.ts'
import { useComposedText } from '../../parts/use-composed-text.ts'
import { Failure, Loading } from '../../parts/view-state.tsx'
import { MAX_SIGNALS, toggledSignal, type TrendView } from '../view/trend-view.ts'
import type { ChangeView } from '../view/use-trend-view.ts'

interface PickerProps {
  readonly isOpen: boolean
  readonly view: TrendView
  readonly change: ChangeView
  readonly onClose: () => void
}

/** Chooses signals by search: those that are chosen first, then what matches. */
export function SignalPicker({ isOpen, view, change, onClose }: PickerProps) {
  const { t } = useTranslation()
  return (
    <Modal open={isOpen} onCancel={onClose} onOk={onClose} title={t('trend.picker.title')} okText={t('trend.picker.done')} cancelButtonProps={{ style: { display: 'none' } }} afterOpenChange={focusSearch} destroyOnHidden width={640}>
      <Choice view={view} change={change} />
    </Modal>
  )
}

/** The dialog takes the focus to its close button; whoever opened it wants to type. */
function focusSearch(isOpen: boolean): void {
  if (isOpen) document.querySelector<HTMLInputElement>('.mw-trend-picker input[type=search]')?.focus()
}

function Choice({ view, change }: Pick<PickerProps, 'view' | 'change'>) {
  const { t } = useTranslation()
  const { words, input } = useComposedText()
  const found = useInfiniteQuery({ ...signalsQuery({ search: words, limit: 60 }), placeholderData: (before) => before })
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  const isFull = view.signals.length >= MAX_SIGNALS
  const toggle = (path: string) => change((now) => toggledSignal(now, path))
  return (
    <div className="mw-trend-picker">
      <input className="mw-trend-input" type="search" placeholder={t('trend.picker.search')} aria-label={t('trend.picker.search')} {...input} />
      <p className="mw-faint" role="status">
        {isFull ? t('trend.picker.full', { max: MAX_SIGNALS }) : t('trend.picker.chosen', { count: view.signals.length, max: MAX_SIGNALS })}
      </p>
      <ul>
        {words === '' && view.signals.filter((path) => !items.some((item) => item.path === path)).map((path) => <Row key={path} path={path} detail="" isChosen isDisabled={false} onToggle={toggle} />)}
        {items.map(({ path, unit, description, kind }) => {
          const isChosen = view.signals.includes(path)
          return <Row key={path} path={path} detail={[description, unitText(unit), kind === 'number' ? '' : t(`signal.${kind}`)].filter(Boolean).join(' · ')} isChosen={isChosen} isDisabled={isFull && !isChosen} onToggle={toggle} />
        })}
      </ul>
      {found.isPending && <Loading />}
      {found.isError && <Failure error={found.error} compact onRetry={() => void found.refetch()} />}
      {found.isSuccess && items.length === 0 && <p>{t('trend.picker.none', { words })}</p>}
      {found.hasNextPage && <p className="mw-faint">{t('trend.picker.more')}</p>}
    </div>
  )
}

interface RowProps {
  readonly path: string
  readonly detail: string
  readonly isChosen: boolean
  readonly isDisabled: boolean
  readonly onToggle: (path: string) => void
}

function Row({ path, detail, isChosen, isDisabled, onToggle }: RowProps) {
  return (
    <li>
      <label>
        <input type="checkbox" checked={isChosen} disabled={isDisabled} onChange={() => onToggle(path)} />
        <span>
          <b>{lastName(path)}</b> <span className="mw-faint">{parentPath(path)}</span>
          {detail !== '' && <span className="mw-trend-detail">{detail}</span>}
        </span>
      </label>
    </li>
  )
}
