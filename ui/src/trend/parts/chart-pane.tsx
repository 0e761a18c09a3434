import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { liveStore, openLive } from '../../live/live-stream.ts'
import { TrendChart, type ChartInput, type ChartOptions } from '../chart/trend-chart.ts'

interface ChartPaneProps {
  readonly input: ChartInput
  readonly options: Omit<ChartOptions, 'canvas' | 'overlay'>
  readonly label: string
  /** Gives the chart to the room once it is there. */
  readonly onChart: (chart: TrendChart | undefined) => void
  readonly children: ReactNode
}

/** The place of the chart on the page: two canvases, and what lies over them. */
export function ChartPane({ input, options, label, onChart, children }: ChartPaneProps) {
  const { t } = useTranslation()
  const canvas = useRef<HTMLCanvasElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const latest = useRef({ options, onChart })
  latest.current = { options, onChart }
  const [chart, setChart] = useState<TrendChart>()

  useEffect(() => {
    if (canvas.current === null || overlay.current === null) return undefined
    const current = () => latest.current.options
    const made = new TrendChart({
      canvas: canvas.current,
      overlay: overlay.current,
      ask: (body, signal) => current().ask(body, signal),
      now: () => current().now(),
      onRange: (range) => current().onRange(range),
      onCursors: (cursors) => current().onCursors(cursors),
      onAnnotation: (id) => current().onAnnotation(id),
      onFailure: (thrown) => current().onFailure(thrown),
    })
    setChart(made)
    latest.current.onChart(made)
    return () => {
      latest.current.onChart(undefined)
      made.close()
    }
  }, [])

  useEffect(() => chart?.show(input), [chart, input])
  useLiveTail(chart, input.signals.map(({ path }) => path))

  return (
    <div className="mw-trend-pane">
      <canvas ref={canvas} aria-hidden="true" />
      <canvas ref={overlay} className="mw-trend-overlay" tabIndex={0} role="img" aria-label={`${label} ${t('trend.chartHelp')}`} />
      {children}
    </div>
  )
}

/** New samples of the signals go to the chart as they come. */
function useLiveTail(chart: TrendChart | undefined, paths: readonly string[]): void {
  const key = JSON.stringify(paths)
  useEffect(() => {
    if (chart === undefined || key === '[]') return undefined
    const wanted = JSON.parse(key) as string[]
    const unwatch = liveStore.watch((path, sample) => chart.takeLive(path, sample))
    const close = openLive({ signals: wanted })
    for (const path of wanted) {
      const known = liveStore.get(path)
      if (known !== undefined) chart.takeLive(path, known)
    }
    return () => {
      unwatch()
      close()
    }
  }, [chart, key])
}
