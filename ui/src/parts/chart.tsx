import { useEffect, useRef } from 'react'
import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { loadECharts } from './echarts.ts'

interface ChartProps {
  readonly option: EChartsCoreOption
  /** Height in px. */
  readonly height: number
  /** What it shows, for those who do not see it. */
  readonly label: string
  /** Called once with the chart, for what options cannot say. */
  readonly onReady?: (chart: EChartsType) => void
}

/** An ECharts picture that follows its size. The library is loaded when the first chart is shown. */
export function Chart({ option, height, label, onReady }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)
  const newest = useRef({ option, onReady })
  newest.current = { option, onReady }
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    let isGone = false
    const sizes = new ResizeObserver(() => chart.current?.resize())
    void loadECharts().then(({ init }) => {
      if (isGone) return
      chart.current = init(element, undefined, { renderer: 'canvas' })
      chart.current.setOption(newest.current.option)
      newest.current.onReady?.(chart.current)
      sizes.observe(element)
    })
    return () => {
      isGone = true
      sizes.disconnect()
      chart.current?.dispose()
      chart.current = undefined
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: false, lazyUpdate: true, replaceMerge: ['series'] })
  }, [option])
  return <div ref={box} role="img" aria-label={label} style={{ height, width: '100%' }} />
}
