/** Loads the parts of ECharts that the app uses, once, in a script of their own. */
export async function loadECharts(): Promise<typeof import('echarts/core')> {
  const [core, { LineChart, BarChart }, { GridComponent, TooltipComponent, MarkLineComponent, MarkAreaComponent, DataZoomInsideComponent }, { CanvasRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ])
  core.use([LineChart, BarChart, GridComponent, TooltipComponent, MarkLineComponent, MarkAreaComponent, DataZoomInsideComponent, CanvasRenderer])
  return core
}
