import { useEffect, useRef } from 'react'
import { spanOf } from '../time/time-window.ts'
import { actionOf, isForOthers, type KeyActions } from './keys.ts'
import type { TrendChart } from './trend-chart.ts'

type RoomActions = Omit<KeyActions, 'cursorHere' | 'stepCursor'>

/** Keys work anywhere in the room, except in fields and dialogs. */
export function useTrendKeys(chart: TrendChart | undefined, isActive: boolean, actions: RoomActions): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    if (!isActive) return undefined
    const onKey = (event: KeyboardEvent) => {
      if (isForOthers(event)) return
      const action = actionOf(event, { ...latest.current, ...cursorActions(chart) })
      if (action === undefined) return
      event.preventDefault()
      action()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [chart, isActive])
}

function cursorActions(chart: TrendChart | undefined): Pick<KeyActions, 'cursorHere' | 'stepCursor'> {
  const middle = () => {
    const { fromMs, toMs } = chart?.window() ?? { fromMs: 0, toMs: 1 }
    return (fromMs + toMs) / 2
  }
  return {
    cursorHere: (name) => chart?.setCursors({ ...chart.cursors, [name]: Math.round(chart.pointerMs ?? middle()) }),
    stepCursor: (px) => {
      if (chart === undefined) return
      const step = (spanOf(chart.window()) / 1_000) * px
      chart.setCursors({ ...chart.cursors, a: Math.round((chart.cursors.a ?? middle()) + step) })
    },
  }
}
