import type { WireSamples } from '@millwright/model/wire/samples.ts'
import type { LiveSample } from '../../live/live-store.ts'
import { spanOf, type TimeWindow } from '../time/time-window.ts'
import { EdgeSamples, type EdgeQuestion } from './edge-samples.ts'
import { planFetch, type PlannedSignal, type TileQuestion } from './fetch-plan.ts'
import { LiveTail } from './live-tail.ts'
import { buildSeries, usualDistance, type Series } from './series-build.ts'
import { TileCache } from './tile-cache.ts'
import { NO_POINTS, placeAt, pointsOf, tileOf, type Points, type Tile } from './tile.ts'
import { TILE_POINTS, levelFor, tileWindow, tilesOver, type TileId } from './tiles.ts'

/** Questions under way at once; the rest waits, as the view may have moved on meanwhile. */
const MAX_RUNNING = 4
/** Changes of state in one answer; more cannot be told apart on a screen. */
const MAX_TEXTS = 1_000
const RETRY_MS = 2_000
const WHOLE_ENOUGH = 20

/** What is asked of the server. `POST /api/v1/query`, its results in the order of the signals. */
export type AskHistory = (body: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<readonly WireSamples[]>

export interface HistorySourceOptions {
  readonly ask: AskHistory
  readonly now: () => number
  /** Something new can be drawn, or the state of loading changed. */
  readonly onChange: () => void
  /** Why a question failed; a path where the server knows no such signal. Undefined when questions are answered again. */
  readonly onFailure: (thrown: unknown) => void
}

/** The history of some signals, piece by piece as a view needs it: cached, fetched ahead, joined with what comes live. */
export class HistorySource {
  readonly #options: HistorySourceOptions
  readonly #cache = new TileCache()
  readonly #edges = new EdgeSamples()
  readonly #tails = new Map<string, LiveTail>()
  readonly #usual = new Map<string, number>()
  readonly #pending = new Map<string, AbortController>()
  readonly #running = new Set<AbortController>()
  #signals: readonly PlannedSignal[] = []
  #failedMs = Number.NEGATIVE_INFINITY
  #isSharp = true

  constructor(options: HistorySourceOptions) {
    this.#options = options
  }

  /** Whether all that is seen is there as sharp as it gets. */
  get isSharp(): boolean {
    return this.#isSharp
  }

  setSignals(signals: readonly PlannedSignal[]): void {
    this.#signals = signals
    for (const { path, isText } of signals) if (!this.#tails.has(path)) this.#tails.set(path, new LiveTail(isText))
    for (const path of this.#tails.keys()) if (!signals.some((signal) => signal.path === path)) this.#tails.delete(path)
  }

  takeLive(path: string, sample: LiveSample): boolean {
    const tail = this.#tails.get(path)
    tail?.add(sample)
    return tail !== undefined
  }

  /** Asks for what the windows (the seen one first, then one that is compared) lack. Call it again after each change. */
  want(windows: readonly TimeWindow[], widthPx: number): void {
    const nowMs = this.#options.now()
    const plan = (prefetch: boolean) => planFetch(this.#signals, { windows, widthPx, nowMs, cache: this.#cache, isPending: (path, id) => this.#pending.has(keyOf(path, id)), prefetch })
    this.#isSharp = this.#signals.every(({ path }) => windows.every((window) => tilesOver(window, levelFor(window, widthPx)).every((id) => tileWindow(id).fromMs > nowMs || this.#cache.get(path, id) !== undefined)))
    if (nowMs - this.#failedMs < RETRY_MS) return
    // What is seen comes first, alone: what one may pan or zoom to would share the server's time with it.
    for (const question of plan(this.#isSharp)) {
      if (this.#running.size >= MAX_RUNNING) return
      void this.#askTile(question)
    }
    if (!this.#isSharp) return
    for (const window of windows) for (const question of this.#missingEdges(window, widthPx, nowMs)) {
      if (this.#running.size < MAX_RUNNING) void this.#askEdge(question)
    }
  }

  /** Gives up questions that the view no longer needs. */
  forgetQuestions(): void {
    for (const controller of this.#running) controller.abort()
  }

  /** What is known of a signal in a window. */
  series(path: string, window: TimeWindow, widthPx: number): Series {
    const level = levelFor(window, widthPx)
    const covers = this.#cache.cover(path, window, level)
    const nowMs = this.#options.now()
    const lastTileMs = covers.reduce((last, { tile }) => Math.max(last, tile.times.at(-1) ?? 0), 0)
    const asked = covers.reduce((last, { tile }) => Math.max(last, Math.min(tile.askedMs, tile.toMs)), 0)
    const tail = this.#tails.get(path)
    // Behind what the history told there is only what came live since.
    const live = window.toMs < asked - 60_000 || tail === undefined ? NO_POINTS : tail.after(Math.max(lastTileMs, window.fromMs), window.toMs)
    return buildSeries({
      window,
      covers,
      tail: live,
      before: this.#before(path, window, level),
      after: this.#after(path, window, level),
      nowMs,
      usualMs: this.#usual.get(path),
    })
  }

  #before(path: string, window: TimeWindow, level: number): Points {
    const reach = { fromMs: Math.max(0, window.fromMs - spanOf(window)), toMs: window.fromMs }
    const near = this.#cache.cover(path, reach, level).at(-1)
    if (near?.toMs === window.fromMs) {
      const place = placeAt(near.tile.times, window.fromMs) - 1
      if (place >= 0) return onePoint(near.tile, place)
    }
    return this.#edges.before(path, window.fromMs) ?? NO_POINTS
  }

  #after(path: string, window: TimeWindow, level: number): Points {
    const near = this.#cache.cover(path, { fromMs: window.toMs, toMs: window.toMs + spanOf(window) }, level)[0]
    if (near?.fromMs === window.toMs) {
      const place = placeAt(near.tile.times, window.toMs)
      if (place < near.tile.times.length) return onePoint(near.tile, place)
    }
    return this.#edges.after(path, window.toMs) ?? NO_POINTS
  }

  #missingEdges(window: TimeWindow, widthPx: number, nowMs: number): EdgeQuestion[] {
    const level = levelFor(window, widthPx)
    const lacking = (side: 'before' | 'after') =>
      this.#signals
        .map(({ path }) => path)
        .filter((path) => (side === 'before' ? this.#before(path, window, level) : this.#after(path, window, level)).times.length === 0)
        .filter((path) => !this.#edges.knows(path, side, side === 'before' ? window.fromMs : window.toMs))
    return this.#edges.questions({ window, nowMs, before: lacking('before'), after: lacking('after') })
  }

  async #askTile({ id, kind, paths }: TileQuestion): Promise<void> {
    const { fromMs, toMs } = tileWindow(id)
    const askedMs = this.#options.now()
    const points = kind === 'plot' ? TILE_POINTS : MAX_TEXTS
    const keys = paths.map((path) => keyOf(path, id))
    const body = { signals: paths, from: fromMs, to: toMs, points }
    await this.#run(body, paths, keys, (answers) => {
      for (const [index, answer] of answers.entries()) this.#take(paths[index] ?? '', tileOf(id, answer, { askedMs, isText: kind === 'texts' }))
    })
  }

  #take(path: string, tile: Tile): void {
    this.#cache.put(path, tile)
    if (tile.isWhole && tile.times.length >= WHOLE_ENOUGH) this.#usual.set(path, usualDistance(tile.times))
    const last = tile.times.at(-1)
    if (last !== undefined && tile.toMs > tile.askedMs) this.#tails.get(path)?.dropTo(last)
  }

  async #askEdge({ side, atMs, paths, body }: EdgeQuestion): Promise<void> {
    const isText = (path: string) => this.#signals.some((signal) => signal.path === path && signal.isText)
    await this.#run(body, paths, [`${side} ${atMs}`], (answers) => {
      for (const [index, answer] of answers.entries()) {
        const path = paths[index] ?? ''
        this.#edges.put(path, side, atMs, pointsOf(answer, isText(path)))
      }
    })
  }

  async #run(body: Readonly<Record<string, unknown>>, paths: readonly string[], keys: readonly string[], take: (answers: readonly WireSamples[]) => void): Promise<void> {
    const { ask, now, onChange, onFailure } = this.#options
    if (keys.some((key) => this.#pending.has(key))) return
    const controller = new AbortController()
    this.#running.add(controller)
    for (const key of keys) this.#pending.set(key, controller)
    try {
      const answers = await ask({ ...body, signals: paths }, controller.signal)
      take(answers)
      this.#failedMs = Number.NEGATIVE_INFINITY
      onFailure(undefined)
    } catch (thrown) {
      if (!controller.signal.aborted) {
        this.#failedMs = now()
        onFailure(thrown)
        setTimeout(onChange, RETRY_MS)
      }
    }
    this.#running.delete(controller)
    for (const key of keys) this.#pending.delete(key)
    onChange()
  }
}

function onePoint(points: Points, place: number): Points {
  const end = place + 1
  return { times: points.times.subarray(place, end), values: points.values.subarray(place, end), quality: points.quality.subarray(place, end), texts: points.texts }
}

function keyOf(path: string, { level, index }: TileId): string {
  return `${level} ${index} ${path}`
}
