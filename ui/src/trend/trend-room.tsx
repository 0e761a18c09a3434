import { useQueries, useQuery } from '@tanstack/react-query'
import { Button, InputNumber, Modal } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { WireAnnotation } from '@millwright/model/wire/annotation.ts'
import { useFormat } from '../i18n/use-format.ts'
import { links } from '../links.ts'
import { ApiProblem } from '../api/problem.ts'
import { Empty } from '../parts/view-state.tsx'
import { PALETTES } from '../theme/tokens.ts'
import { usePreferences } from '../theme/preferences.ts'
import type { ChartInput, TrendChart } from './chart/trend-chart.ts'
import { chartSignals, chartTexts } from './chart/chart-input.ts'
import { useTrendKeys } from './chart/use-trend-keys.ts'
import { annotationsQuery, askHistory, serverClock, signalQuery, wholeRange } from './data/trend-queries.ts'
import { AnomaliesInSight } from './expected/anomalies-in-sight.tsx'
import { ExpectedChoice } from './expected/expected-choice.tsx'
import { useAnomalyMarks } from './expected/use-anomaly-marks.ts'
import { useExpected } from './expected/use-expected.ts'
import { ExportMenu } from './export/export-menu.tsx'
import { AxisDialog } from './parts/axis-dialog.tsx'
import { ExamineRange } from './label/examine-range.tsx'
import { LabelRange } from './label/label-range.tsx'
import { useLabelMarks } from './label/use-label-marks.ts'
import { ChartNotice } from './parts/chart-notice.tsx'
import { ChartPane } from './parts/chart-pane.tsx'
import { Help } from './parts/help.tsx'
import { Legend } from './parts/legend.tsx'
import { NoteDialog, type NotePlace } from './parts/note-dialog.tsx'
import { RangeButton } from './parts/range-button.tsx'
import { SignalPicker } from './parts/signal-picker.tsx'
import { Toolbar } from './parts/toolbar.tsx'
import { panned, zoomed } from './time/time-window.ts'
import { LAYOUTS, toggledSignal, windowOf } from './view/trend-view.ts'
import { useTrendView } from './view/use-trend-view.ts'
import './trend.css'

type Dialog = { readonly kind: 'pick' | 'help' | 'compare' } | { readonly kind: 'axis'; readonly path: string } | { readonly kind: 'note'; readonly note: WireAnnotation | NotePlace }

/** The Trend room: signals over time, from seconds to years. */
export function TrendRoom() {
  const { t } = useTranslation()
  const format = useFormat()
  const { theme } = usePreferences()
  const navigate = useNavigate()
  const [view, change] = useTrendView()
  const [chart, setChart] = useState<TrendChart>()
  const [dialog, setDialog] = useState<Dialog>()
  const [failure, setFailure] = useState<unknown>()
  const close = useCallback(() => setDialog(undefined), [])

  const models = useQueries({ queries: view.signals.map((path) => signalQuery(path)) })
  const modelKey = models.map(({ data, status }) => `${status}${data?.series}${data?.unit}${data?.kind}${data?.low}${data?.high}`).join()
  const palette = PALETTES[theme]
  // The key stands for the answers: the array itself is a new one each time.
  const signals = useMemo(() => chartSignals(view, models.map(({ data }) => data), palette), [view.signals, view.hidden, view.stepped, modelKey, palette])
  const texts = useMemo(() => chartTexts(format, t), [format, t])

  const settled = windowOf(view, serverClock.now())
  const annotations = useQuery(annotationsQuery(settled, view.signals))
  const notes = annotations.data?.items
  const labels = useLabelMarks(view.signals)
  const anomalies = useAnomalyMarks(view.signals, settled, format.language)
  const expectation = useExpected(view.expected, signals, settled, serverClock.now())
  const { courses } = expectation
  const input = useMemo<ChartInput>(
    () => ({ view, signals, palette, texts, spanText: format.span, annotations: [...(notes ?? []).map(({ id, from, to, text }) => ({ id, fromMs: from, toMs: to, text })), ...labels, ...anomalies], expected: courses }),
    [view, signals, palette, texts, format, notes, labels, anomalies, courses],
  )

  const window = () => chart?.window() ?? windowOf(view, serverClock.now())
  const all = () =>
    void wholeRange(view.signals)
      .then((range) => range !== undefined && change((now) => ({ ...now, range: { fromMs: range.fromMs - (range.toMs - range.fromMs) * 0.01 - 1, toMs: range.toMs + (range.toMs - range.fromMs) * 0.01 + 1 } })))
      .catch(setFailure)
  const preset = (ms: number) =>
    change((now) => {
      const { toMs } = window()
      // Of a window in the past the end stays; the present is followed.
      return { ...now, range: 'followMs' in now.range || toMs > serverClock.now() - ms / 100 ? { followMs: ms } : { fromMs: toMs - ms, toMs } }
    })
  const follow = () => change((now) => ({ ...now, range: 'followMs' in now.range ? windowOf(now, serverClock.now()) : { followMs: now.range.toMs - now.range.fromMs } }))
  const pan = (share: number) => chart?.moveTo(panned(chart.window(), share), 'pan')
  const zoom = (factor: number) => chart !== undefined && chart.moveTo(zoomed(chart.window(), factor, chart.pointerMs ?? (chart.window().fromMs + chart.window().toMs) / 2), 'zoom')
  const note = () => {
    const { a, b } = chart?.cursors ?? {}
    const at = a ?? chart?.pointerMs ?? (window().fromMs + window().toMs) / 2
    setDialog({ kind: 'note', note: a !== undefined && b !== undefined && a !== b ? { fromMs: Math.min(a, b), toMs: Math.max(a, b) } : { fromMs: Math.round(at), toMs: undefined } })
  }
  const pick = () => setDialog({ kind: 'pick' })
  const help = () => setDialog({ kind: 'help' })
  const clear = () => change((now) => ({ ...now, cursors: {} }))
  useTrendKeys(chart, dialog === undefined, {
    pan, zoom, preset, follow, all, pick, note, clear, help,
    nextLayout: () => change((now) => ({ ...now, layout: LAYOUTS[(LAYOUTS.indexOf(now.layout) + 1) % LAYOUTS.length] ?? 'units' })),
    toggleCompare: () => change((now) => ({ ...now, compare: now.compare === undefined ? { days: 1 } : undefined })),
  })
  useEffect(() => {
    document.title = `${t('trend.title')} · ${t('app.name')}`
  }, [t])

  const gone = view.signals.filter((_, index) => isGone(models[index]?.error))
  const actions = { pick, preset, all, follow, pan, zoom, note, help, range: () => {}, customCompare: () => setDialog({ kind: 'compare' }) }
  const label = t('trend.chart', { signals: signals.map((signal) => signal.label).join(', '), from: format.dateTime(settled.fromMs), to: format.dateTime(settled.toMs) })
  return (
    <div className="mw-trend">
      <h1 className="mw-hidden">{t('trend.title')}</h1>
      <Toolbar view={view} change={change} actions={actions} range={<RangeButton view={view} onChoose={(range) => change((now) => ({ ...now, range }))} />} exports={<><ExpectedChoice view={view} change={change} now={() => serverClock.now()} /><LabelRange view={view} /><ExamineRange view={view} /><ExportMenu signals={view.signals} window={window} picture={() => chart?.picture()} /></>} />
      {view.signals.length === 0 ? (
        <Empty title={t('trend.emptyTitle')}>
          <p>{t('trend.emptyText')}</p>
          <Button type="primary" onClick={pick}>
            {t('trend.picker.title')}
          </Button>
        </Empty>
      ) : (
        <>
          <ChartPane
            input={input}
            label={label}
            onChart={setChart}
            options={{
              ask: askHistory,
              now: () => serverClock.now(),
              onRange: (range) => change((now) => ({ ...now, range })),
              onCursors: (cursors) => change((now) => ({ ...now, cursors }), 'detail'),
              onAnnotation: (id) => {
                const found = notes?.find((each) => each.id === id)
                if (found !== undefined) setDialog({ kind: 'note', note: found })
                const label = labels.find((each) => each.id === id)
                if (label !== undefined) void navigate(links.modelsOf(label.asset))
                const mark = anomalies.find((each) => each.id === id)
                if (mark !== undefined) void navigate(links.anomaly(mark.anomaly.id))
              },
              onFailure: setFailure,
            }}
          >
            {chart !== undefined && <ChartNotice chart={chart} expectation={expectation} signals={view.signals} failure={failure} gone={gone} onAll={all} onNewest={(toMs) => change((now) => ({ ...now, range: { fromMs: toMs - (settled.toMs - settled.fromMs), toMs } }))} />}
          </ChartPane>
          <AnomaliesInSight marks={anomalies} window={settled} />
          {chart !== undefined && (
            <Legend
              signals={signals}
              view={view}
              window={settled}
              readout={chart.readout}
              onToggle={(path) => change((now) => ({ ...now, hidden: now.hidden.includes(path) ? now.hidden.filter((each) => each !== path) : [...now.hidden, path] }))}
              onRemove={(path) => change((now) => toggledSignal(now, path))}
              onOptions={(path) => setDialog({ kind: 'axis', path })}
              onClearCursors={clear}
            />
          )}
        </>
      )}
      <SignalPicker isOpen={dialog?.kind === 'pick'} view={view} change={change} onClose={close} />
      <Help isOpen={dialog?.kind === 'help'} onClose={close} />
      {dialog?.kind === 'axis' && <AxisDialog path={dialog.path} signals={signals} view={view} change={change} onClose={close} />}
      {dialog?.kind === 'note' && <NoteDialog note={dialog.note} signals={view.signals} onClose={close} />}
      {dialog?.kind === 'compare' && <CompareDialog days={view.compare !== undefined && 'days' in view.compare ? view.compare.days : 1} onApply={(days) => change((now) => ({ ...now, compare: { days } }))} onClose={close} />}
    </div>
  )
}

function isGone(error: unknown): boolean {
  return error instanceof ApiProblem && error.problem.status === 404
}

function CompareDialog({ days, onApply, onClose }: { readonly days: number; readonly onApply: (days: number) => void; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const [value, setValue] = useState<number | null>(days)
  const apply = () => {
    if (value !== null) onApply(value)
    onClose()
  }
  return (
    <Modal open onCancel={onClose} onOk={apply} okText={t('trend.range.apply')} okButtonProps={{ disabled: value === null }} title={t('trend.compare.customTitle')} width={380}>
      <InputNumber autoFocus aria-label={t('trend.compare.days')} prefix={t('trend.compare.days')} min={1} max={20_000} precision={0} value={value} onChange={setValue} onPressEnter={apply} style={{ width: '100%' }} />
    </Modal>
  )
}
