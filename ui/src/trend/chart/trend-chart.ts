import { HistorySource, type AskHistory } from '../data/history-source.ts'
import { readingAt, type Reading } from '../data/value-at.ts'
import type { Series } from '../data/series-build.ts'
import type { ExpectedCourse } from '../expected/expected-course.ts'
import type { LiveSample } from '../../live/live-store.ts'
import type { ChartAnnotation, ChartSignal, ChartTexts, Picture } from '../paint/chart-model.ts'
import { plotBox, type Geometry } from '../paint/geometry.ts'
import { paintChart } from '../paint/paint-chart.ts'
import { paintOverlay } from '../paint/paint-overlay.ts'
import { clampWindow, spanOf, type TimeWindow } from '../time/time-window.ts'
import { shiftedByDays } from '../time/zone-time.ts'
import { arrange } from '../view/panels.ts'
import { windowOf, type TrendView } from '../view/trend-view.ts'
import type { Palette } from '../../theme/tokens.ts'
import { listenToGestures, type CursorName } from './gestures.ts'
import { NO_READOUT, Watched, type Readout } from './readout.ts'

/** A window that has not moved for so long has settled: it goes into the address. */
const SETTLE_MS = 350
/** Questions to the server are thought about at most so often while the picture moves. */
const WANT_MS = 70
const LOOK_AGAIN_MS = 2_000
const GRIP_PX = 6

/** What is told of the picture outside. */
export interface Seen {
  /** All that is seen is there as sharp as it gets. */
  readonly isSharp: boolean
  /** No signal has anything to show in the window. */
  readonly isEmpty: boolean
}

const NOTHING_SEEN: Seen = { isSharp: false, isEmpty: false }

/** What the chart stands for at the moment; everything that the address and preferences decide. */
export interface ChartInput {
  readonly view: TrendView
  readonly signals: readonly ChartSignal[]
  readonly annotations: readonly ChartAnnotation[]
  readonly expected: ReadonlyMap<string, ExpectedCourse>
  readonly palette: Palette
  readonly texts: ChartTexts
  readonly spanText: (ms: number) => string
}

export interface ChartOptions {
  readonly canvas: HTMLCanvasElement
  readonly overlay: HTMLCanvasElement
  readonly ask: AskHistory
  readonly now: () => number
  readonly onRange: (range: TrendView['range']) => void
  readonly onCursors: (cursors: TrendView['cursors']) => void
  readonly onAnnotation: (id: string) => void
  readonly onFailure: (thrown: unknown) => void
}

/** The chart itself, outside of React: what moves with the hand is painted in the same frame. */
export class TrendChart {
  /** What cursors read, at most once per frame. */
  readonly readout = new Watched<Readout>(NO_READOUT)
  /** What is seen, told when it changes. */
  readonly seen = new Watched<Seen>(NOTHING_SEEN)
  readonly #options: ChartOptions
  readonly #source: HistorySource
  readonly #unlisten: () => void
  readonly #observer: ResizeObserver
  readonly #timer: ReturnType<typeof setInterval>
  #input: ChartInput | undefined
  #range: TrendView['range'] = { followMs: 3_600_000 }
  #cursors: TrendView['cursors'] = {}
  #pointerMs: number | undefined
  #geometry: Geometry | undefined
  #series = new Map<string, Series>()
  #frame = 0
  #isStale = false
  #wantedAtMs = 0
  #isForward = false
  #pictureNow: Picture | undefined
  #wantTimer: ReturnType<typeof setTimeout> | undefined
  #cursorTimer: ReturnType<typeof setTimeout> | undefined
  #settleTimer: ReturnType<typeof setTimeout> | undefined
  #followTimer: ReturnType<typeof setTimeout> | undefined
  #size = { width: 0, height: 0 }

  constructor(options: ChartOptions) {
    this.#options = options
    const repaint = () => this.#repaint()
    this.#source = new HistorySource({ ask: options.ask, now: options.now, onChange: repaint, onFailure: options.onFailure })
    this.#observer = new ResizeObserver(() => this.#resize())
    this.#observer.observe(options.overlay)
    this.#timer = setInterval(repaint, LOOK_AGAIN_MS)
    this.#unlisten = listenToGestures(options.overlay, {
      window: () => this.window(),
      plot: () => this.#plot(),
      move: (window, how, isEnd) => this.moveTo(window, how, isEnd),
      point: (timeMs) => this.#point(timeMs),
      cursor: (name, timeMs) => this.#setCursor(name, timeMs),
      cursorAt: (x) => this.#cursorAt(x),
      open: (x, y) => this.#open(x, y),
    })
  }

  /** Shows what is given. A view whose window is the one that the hand has just moved changes nothing. */
  show(input: ChartInput): void {
    const before = this.#input
    this.#input = input
    if (before?.view.range !== input.view.range) {
      clearTimeout(this.#settleTimer)
      this.#range = input.view.range
    }
    this.#cursors = input.view.cursors
    if (before?.signals !== input.signals) this.#source.setSignals(input.signals.map(({ path, kind }) => ({ path, isText: kind === 'text' })))
    this.#repaint()
  }

  /** The window that is seen now. */
  window(): TimeWindow {
    return windowOf({ range: this.#range }, this.#options.now())
  }

  takeLive(path: string, sample: LiveSample): void {
    if (this.#source.takeLive(path, sample) && this.window().toMs >= sample.timeMs) this.#repaint()
  }

  /** Moves the window at once; it is told outside when it has settled. While it follows, zooming keeps the present at the right end. */
  moveTo(window: TimeWindow, how: 'pan' | 'zoom', isEnd = true): void {
    const nowMs = this.#options.now()
    const follows = 'followMs' in this.#range
    if (how === 'zoom' && follows) this.#range = { followMs: spanOf(window) }
    else {
      const span = spanOf(window)
      const bounded = window.toMs > nowMs + span / 2 ? { fromMs: nowMs - span / 2, toMs: nowMs + span / 2 } : window
      // Let go at the present, it goes on from there.
      const movedMs = bounded.toMs - this.window().toMs
      if (movedMs !== 0) this.#isForward = movedMs > 0
      const isAtPresent = how === 'pan' && isEnd && this.#isForward && Math.abs(bounded.toMs - nowMs) < span * 0.02
      this.#range = isAtPresent && !follows ? { followMs: span } : clampWindow(bounded)
    }
    clearTimeout(this.#settleTimer)
    if (isEnd) this.#settleTimer = setTimeout(() => this.#options.onRange(this.#range), SETTLE_MS)
    this.#repaint()
  }

  /** The picture as it is, for a file of another size or scale. */
  picture(size?: { readonly width: number; readonly height: number }): Picture | undefined {
    const input = this.#input
    const { width, height } = size ?? this.#size
    if (input === undefined || width < 10 || height < 10) return undefined
    const { view, signals, annotations, expected, palette, texts } = input
    const nowMs = this.#options.now()
    const window = this.window()
    const widthPx = this.#devicePixels(this.#plot().width)
    this.#series.clear()
    const memo = (key: string, path: string, at: TimeWindow) => {
      const known = this.#series.get(key) ?? this.#source.series(path, at, widthPx)
      this.#series.set(key, known)
      return known
    }
    const shiftMs = this.#shiftMs(window)
    const before = shiftMs === undefined ? undefined : { fromMs: window.fromMs - shiftMs, toMs: window.toMs - shiftMs }
    return {
      widthPx: width,
      heightPx: height,
      window,
      nowMs,
      signals,
      arrangement: arrange(signals, view.layout),
      axes: view.axes,
      palette,
      texts,
      annotations,
      expected,
      series: (path) => memo(path, path, window),
      earlier: before === undefined || shiftMs === undefined ? undefined : (path) => ({ series: memo(` ${path}`, path, before), shiftMs }),
    }
  }

  /** How far the earlier period lies back; undefined where nothing is compared. */
  #shiftMs(window: TimeWindow): number | undefined {
    const { compare } = this.#input?.view ?? {}
    if (compare === undefined) return undefined
    return 'ms' in compare ? compare.ms : window.fromMs - shiftedByDays(window.fromMs, -compare.days, this.#input?.texts.zone ?? 'UTC')
  }

  close(): void {
    this.#unlisten()
    this.#observer.disconnect()
    clearInterval(this.#timer)
    clearTimeout(this.#settleTimer)
    clearTimeout(this.#followTimer)
    clearTimeout(this.#wantTimer)
    clearTimeout(this.#cursorTimer)
    cancelAnimationFrame(this.#frame)
    this.#source.forgetQuestions()
  }

  #repaint(): void {
    this.#isStale = true
    this.#schedule()
  }

  #schedule(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0
      this.#paint()
    })
  }

  #paint(): void {
    const picture = this.#isStale || this.#geometry === undefined ? this.picture() : undefined
    if (picture !== undefined) {
      const context = this.#context(this.#options.canvas)
      if (context === null) return
      this.#isStale = false
      this.#geometry = paintChart(context, picture)
      this.#fetchWanted(picture)
      this.#followOn(picture)
      this.#pictureNow = picture
      this.#tellSeen(picture)
    }
    this.#paintOverlay()
  }

  #tellSeen({ signals, series, window }: Picture): void {
    const before = this.seen.get()
    const isEmpty = signals.length > 0 && signals.every(({ path, kind }) => !isSeen(series(path), window, kind === 'boolean' || kind === 'text'))
    if (before.isSharp !== this.#source.isSharp || before.isEmpty !== isEmpty) this.seen.set({ isSharp: this.#source.isSharp, isEmpty })
  }

  #paintOverlay(): void {
    const picture = this.#pictureNow
    const geometry = this.#geometry
    const context = this.#context(this.#options.overlay)
    if (picture === undefined || geometry === undefined || context === null) return
    const readout = this.#read(picture)
    this.readout.set(readout)
    paintOverlay(context, geometry, picture, { pointerMs: this.#pointerMs, a: this.#cursors.a, b: this.#cursors.b, readings: readout.at }, this.#input?.spanText ?? String)
  }

  #read(picture: Picture): Readout {
    const { nowMs, window, signals } = picture
    const { a, b } = this.#cursors
    const readings = (timeMs: number, series: (path: string) => Series = picture.series): ReadonlyMap<string, Reading | undefined> =>
      new Map(signals.map(({ path, kind, isStepped }) => [path, readingAt(series(path), timeMs, { holds: isStepped || kind === 'boolean' || kind === 'text' || timeMs >= window.toMs - 1, nowMs })]))
    const atMs = this.#pointerMs ?? a ?? Math.min(window.toMs, nowMs)
    const { earlier } = picture
    const shiftMs = this.#shiftMs(window) ?? 0
    return {
      atMs,
      isPointed: this.#pointerMs !== undefined,
      at: readings(atMs),
      a: a === undefined ? undefined : { timeMs: a, readings: readings(a) },
      b: b === undefined ? undefined : { timeMs: b, readings: readings(b) },
      earlier: earlier === undefined ? undefined : readings(atMs - shiftMs, (path) => earlier(path).series),
    }
  }

  #fetchWanted({ window }: Picture): void {
    const nowMs = performance.now()
    const waitMs = this.#wantedAtMs + WANT_MS - nowMs
    if (waitMs > 0) {
      clearTimeout(this.#wantTimer)
      this.#wantTimer = setTimeout(() => this.#repaint(), waitMs)
      return
    }
    this.#wantedAtMs = nowMs
    const shiftMs = this.#shiftMs(window)
    const windows = shiftMs === undefined ? [window] : [window, { fromMs: window.fromMs - shiftMs, toMs: window.toMs - shiftMs }]
    this.#source.want(windows, this.#devicePixels(this.#plot().width))
  }

  /** While it follows, a new frame comes when the picture has moved by half a pixel. */
  #followOn({ window }: Picture): void {
    clearTimeout(this.#followTimer)
    if (!('followMs' in this.#range)) return
    const perPixel = spanOf(window) / Math.max(1, this.#plot().width)
    this.#followTimer = setTimeout(() => this.#repaint(), Math.min(1_000, Math.max(33, perPixel / 2)))
  }

  #plot(): { readonly x: number; readonly width: number } {
    if (this.#geometry !== undefined) return this.#geometry.plot
    return plotBox(this.#size.width, this.#size.height, 1)
  }

  #devicePixels(px: number): number {
    return Math.round(px * (globalThis.devicePixelRatio || 1))
  }

  #context(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
    const context = canvas.getContext('2d')
    const ratio = globalThis.devicePixelRatio || 1
    context?.setTransform(ratio, 0, 0, ratio, 0, 0)
    return context
  }

  #resize(): void {
    const { overlay, canvas } = this.#options
    const { clientWidth: width, clientHeight: height } = overlay
    const ratio = globalThis.devicePixelRatio || 1
    this.#size = { width, height }
    for (const each of [overlay, canvas]) {
      each.width = Math.round(width * ratio)
      each.height = Math.round(height * ratio)
    }
    this.#geometry = undefined
    this.#isStale = true
    // At once: a canvas that changed its size is empty.
    this.#paint()
  }

  #point(timeMs: number | undefined): void {
    if (this.#pointerMs === timeMs) return
    this.#pointerMs = timeMs
    this.#schedule()
  }

  #setCursor(name: CursorName, timeMs: number): void {
    const { fromMs, toMs } = this.window()
    this.setCursors({ ...this.#cursors, [name]: Math.round(Math.min(toMs, Math.max(fromMs, timeMs))) })
  }

  /** Places the cursors; told outside when they rest. */
  setCursors(cursors: TrendView['cursors']): void {
    this.#cursors = cursors
    clearTimeout(this.#cursorTimer)
    this.#cursorTimer = setTimeout(() => this.#options.onCursors(this.#cursors), SETTLE_MS / 2)
    this.#schedule()
  }

  get cursors(): TrendView['cursors'] {
    return this.#cursors
  }

  get pointerMs(): number | undefined {
    return this.#pointerMs
  }

  #cursorAt(x: number): CursorName | undefined {
    const { a, b } = this.#cursors
    const isNear = (timeMs: number | undefined) => timeMs !== undefined && this.#geometry !== undefined && Math.abs(this.#geometry.xOf(timeMs) - x) <= GRIP_PX
    return isNear(b) ? 'b' : isNear(a) ? 'a' : undefined
  }

  #open(x: number, y: number): boolean {
    const geometry = this.#geometry
    if (geometry === undefined || y > geometry.plot.y) return false
    const nowMs = this.#options.now()
    const found = this.#input?.annotations.find(({ fromMs, toMs: until, look }) => {
      const left = geometry.xOf(fromMs)
      const toMs = look === 'open' ? nowMs : until
      return x >= left - 8 && x <= Math.max(left + 8, toMs === undefined ? 0 : geometry.xOf(toMs))
    })
    if (found !== undefined) this.#options.onAnnotation(found.id)
    return found !== undefined
  }
}

/** Whether a series shows in a window: by a sample in it, by a line that crosses it, by a state that holds into it. */
function isSeen({ times, gapMs }: Series, { fromMs, toMs }: TimeWindow, holds: boolean): boolean {
  for (let i = 0; i < times.length; i++) {
    const timeMs = times[i] as number
    if (timeMs >= fromMs && timeMs <= toMs) return true
    if (timeMs > toMs) return i > 0 && timeMs - (times[i - 1] as number) <= gapMs
  }
  return holds && times.length > 0
}
