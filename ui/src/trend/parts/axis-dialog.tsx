import type { ChartSignal } from '../paint/chart-model.ts'
import type { AxisChoice, TrendView } from '../view/trend-view.ts'
import type { ChangeView } from '../view/use-trend-view.ts'
import { AxisEditor } from './axis-editor.tsx'

/** The axis of one signal of a view, wherever the layout puts it. */
export function AxisDialog({ path, signals, view, change, onClose }: { readonly path: string; readonly signals: readonly ChartSignal[]; readonly view: TrendView; readonly change: ChangeView; readonly onClose: () => void }) {
  const signal = signals.find((each) => each.path === path)
  if (signal === undefined) return null
  const key = view.layout === 'signals' ? path : (signal.unit ?? '')
  const isShared = view.layout !== 'signals' && signals.filter(({ kind, unit }) => kind === 'number' && unit === signal.unit).length > 1
  const apply = (choice: AxisChoice, isStepped: boolean) => {
    change((now) => {
      const { [key]: _, ...others } = now.axes
      const isPlain = choice.fixed === undefined && choice.log !== true
      const stepped = now.stepped.filter((each) => each !== path)
      return { ...now, axes: isPlain ? others : { ...others, [key]: choice }, stepped: isStepped ? [...stepped, path] : stepped }
    })
    onClose()
  }
  return <AxisEditor name={signal.label} choice={view.axes[key] ?? {}} isStepped={signal.isStepped} isShared={isShared} expected={[signal.low, signal.high]} onApply={apply} onClose={onClose} />
}
