import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { AHEAD_LIMIT_US } from '@millwright/model/time.ts'
import { ScoreRecord, type SavedRecord, type ScoreSummary } from '../drift/score-record.ts'
import { AnomalyTracker } from './anomaly-tracker.ts'
import { pValueLimit } from './asset-limit.ts'
import { AssetWatch, MAX_SIGNALS, type FrameVerdict, type Teaching, type WatchShape } from './asset-watch.ts'
import { MissedPast, type SavedMissedPast } from './missed-past.ts'
import { usualPicks } from './routed/usual-picks.ts'
import type { AnomalyNews, AssetStatus, ModelRole, ShadowTally, TaughtRange } from './stream-messages.ts'

/** Name of the model that every asset begins with: it learns from the live stream alone. */
export const SELF_LEARNED = 'self-learned'
/** Up to so many frames a watch begins again when signals come: it has learned little yet, and they come one after the other at first. */
const YOUNG_FRAMES = 360
/** What was learned from the history may take the place of a watch that has seen no more than this part of it in addition, or of any when it knows as much as is ever remembered: two weeks. */
const [AS_MUCH, ALL_THAT_COUNTS] = [0.9, 20_160]

export interface SlotOptions {
  readonly alarmsPerWeek: number
  onNews(news: AnomalyNews): void
  onReplaced(asset: AssetId, model: string, state: Uint8Array): void
  /** The history knows a past that this asset's own watch could not learn from. */
  onMissedPast(asset: AssetId): void
}

export interface SavedSlot {
  readonly asset: AssetId
  readonly champion: { readonly model: string; readonly state: Uint8Array }
  readonly shadow: { readonly model: string; readonly state: Uint8Array } | undefined
  /** JSON: what runs, what was said, and the tally. */
  readonly rest: string
}

interface Running {
  readonly model: string
  watch: AssetWatch
  readonly close: (endUs: number) => void
}

/** Weight of the newest minute in how far from normal the asset is: an hour's memory. Rarer than this many limits counts no more. */
const [UNEASE_WEIGHT, MOST_UNEASE] = [1 / 60, 2]

const NO_TALLY: ShadowTally = { frames: 0, anomalies: 0, shared: 0, ofChampion: 0 }

/** One asset on the stream: the champion that tells its anomalies, and beside it a shadow that is only counted. */
export class AssetSlot {
  readonly asset: AssetId
  readonly #options: SlotOptions
  readonly #tracker: AnomalyTracker
  #champion: Running
  #shadow: Running | undefined
  #tally: { -readonly [K in keyof ShadowTally]: ShadowTally[K] } = { ...NO_TALLY }
  #taught: readonly TaughtRange[] = []
  #unease: number | undefined
  /** How the champion scores in its place. */
  #record = new ScoreRecord(0)
  #teaching: Teaching = teachingOf([])
  #leftOut: readonly SeriesId[] = []
  readonly #missed = new MissedPast()
  #isKilled = false
  #lastUs = 0

  constructor(asset: AssetId, options: SlotOptions) {
    this.asset = asset
    this.#options = options
    this.#tracker = new AnomalyTracker(asset)
    this.#champion = this.#running('champion', SELF_LEARNED, new AssetWatch({ signals: [], states: [] }))
  }

  get shape(): WatchShape {
    return this.#champion.watch.shape
  }

  /** The signals as the catalogue has them. A young watch begins again with them; an older one keeps what it learned and takes them in. */
  reshape(shape: WatchShape, leftOut: readonly SeriesId[]): void {
    this.#leftOut = leftOut
    const { watch } = this.#champion
    if (isSameShape(watch.shape, shape)) return
    this.#champion.watch = this.#champion.model === SELF_LEARNED && watch.framesSeen < YOUNG_FRAMES ? new AssetWatch(shape) : watch.reshaped(shape)
    if (this.#shadow !== undefined) this.#shadow.watch = this.#shadow.watch.reshaped(shape)
  }

  number(index: number, timeUs: number, value: number, status: number, receivedUs: number): void {
    if (this.#isKilled) return
    const { frames, shape } = this.#champion.watch
    const { late } = frames.counts
    frames.add(index, timeUs, value, status, receivedUs, this.#champion.close)
    if (frames.counts.late > late) this.#missed.late(shape.signals[index] as SeriesId, (frames.openUntilUs ?? timeUs) - timeUs)
    else if (this.#missed.isAny && this.#missed.inTime(shape.signals[index] as SeriesId, timeUs)) this.#askForPast(shape.signals[index] as SeriesId)
    this.#shadow?.watch.frames.add(index, timeUs, value, status, receivedUs, this.#shadow.close)
  }

  state(index: number, timeUs: number, value: string, receivedUs: number): void {
    if (this.#isKilled || timeUs > receivedUs + AHEAD_LIMIT_US) return
    this.#champion.watch.regimes.add(index, timeUs, value)
    this.#shadow?.watch.regimes.add(index, timeUs, value)
  }

  teach(ranges: readonly TaughtRange[]): void {
    this.#taught = ranges
    this.#teaching = teachingOf(ranges)
  }

  setKilled(isKilled: boolean): void {
    if (isKilled && !this.#isKilled) {
      const news = this.#tracker.end(this.#lastUs)
      if (news !== undefined) this.#options.onNews(news)
    }
    this.#isKilled = isKilled
  }

  /**
   * Puts a model in place. The champion before it is handed out with its state. A model of signals that the asset has not got answers false;
   * signals that came after it was trained are taken in. One that is in its place already stays as it is, and a shadow that becomes champion keeps what it learned.
   */
  install(role: ModelRole, model: string, state: Uint8Array | undefined): boolean {
    if ((role === 'champion' ? this.#champion : this.#shadow)?.model === model) return true
    if (role === 'champion' && this.#shadow?.model === model) return this.promote(model)
    const learned = state === undefined ? new AssetWatch(this.shape) : AssetWatch.restore(state)
    if (learned.shape.signals.length > 0 && !learned.shape.signals.some((series) => this.shape.signals.includes(series))) return false
    // Signals that came after it was trained are learned from now on.
    const watch = isSameShape(learned.shape, this.shape) ? learned : learned.reshaped(this.shape)
    if (role === 'shadow') {
      this.#shadow = this.#running('shadow', model, watch)
      this.#tally = { ...NO_TALLY }
    } else this.#replaceChampion(model, watch)
    return true
  }

  /** A signal that is judged already is known well enough. A trained model is for people to replace. */
  #askForPast(series: SeriesId): void {
    const { model, watch } = this.#champion
    if (model === SELF_LEARNED && !watch.judgedSignals().includes(series)) this.#options.onMissedPast(this.asset)
  }

  /** What was learned of this asset from its history takes the place of what its own watch knows. False where a trained model judges it, or its own watch knows more. An anomaly goes on when both see it. */
  learned(state: Uint8Array): boolean {
    const known = AssetWatch.restore(state)
    if (this.#champion.model !== SELF_LEARNED || known.framesSeen < Math.min(AS_MUCH * this.#champion.watch.framesSeen, ALL_THAT_COUNTS)) return false
    const news = known.isAbnormal ? undefined : this.#tracker.end(this.#lastUs)
    if (news !== undefined) this.#options.onNews(news)
    this.#champion = this.#running('champion', SELF_LEARNED, isSameShape(known.shape, this.shape) ? known : known.reshaped(this.shape))
    return true
  }

  /** The shadow takes the champion's place, with all that it learned meanwhile. False when it is not the shadow. */
  promote(model: string): boolean {
    const shadow = this.#shadow
    if (shadow === undefined || shadow.model !== model) return false
    this.#shadow = undefined
    this.#replaceChampion(model, shadow.watch)
    return true
  }

  dropShadow(): void {
    this.#shadow = undefined
  }

  #replaceChampion(model: string, watch: AssetWatch): void {
    const news = this.#tracker.end(this.#lastUs)
    if (news !== undefined) this.#options.onNews(news)
    this.#options.onReplaced(this.asset, this.#champion.model, this.#champion.watch.save())
    this.#champion = this.#running('champion', model, watch)
    this.#record = new ScoreRecord(watch.shape.signals.length)
  }

  #running(role: ModelRole, model: string, watch: AssetWatch): Running {
    const running: Running = { model, watch, close: (endUs) => (role === 'champion' ? this.#judgeChampion(endUs) : this.#judgeShadow(endUs)) }
    return running
  }

  #judgeChampion(endUs: number): void {
    const { watch, model } = this.#champion
    this.#lastUs = endUs
    const verdict = this.#judge(watch, endUs)
    this.#record.inputs(endUs, watch.frames.values)
    if (watch.phase === 'watching' && this.#teaching.of(endUs) !== 'exclude') this.#record.score(verdict.score, verdict.pValue)
    if (watch.phase === 'watching' && Number.isFinite(verdict.score)) {
      const rarity = Math.min(MOST_UNEASE, Math.log(verdict.pValue) / Math.log(pValueLimit(this.#options.alarmsPerWeek)))
      this.#unease = this.#unease === undefined ? rarity : this.#unease + UNEASE_WEIGHT * (rarity - this.#unease)
    }
    if (verdict.step === 'quiet') return
    if (verdict.step === 'begins' && this.#shadow !== undefined) this.#tally.ofChampion++
    const news = this.#tracker.step(verdict, model, watch.regimes.current)
    if (news !== undefined) this.#options.onNews(news)
  }

  #judgeShadow(endUs: number): void {
    if (this.#shadow === undefined) return
    const { step } = this.#judge(this.#shadow.watch, endUs)
    this.#tally.frames++
    if (step !== 'begins') return
    this.#tally.anomalies++
    if (this.#tracker.isRunning) this.#tally.shared++
  }

  #judge(watch: AssetWatch, endUs: number): FrameVerdict {
    return watch.closeFrame(endUs, this.#options.alarmsPerWeek, this.#teaching)
  }

  status(): AssetStatus {
    const { watch, model } = this.#champion
    const { used, dropped, setpoints, regimes } = watch.regimes.describe()
    const judged = watch.judgedSignals()
    const counters = watch.shape.signals.filter((_, index) => watch.isCounter(index))
    const settings = setpoints.flatMap((index) => watch.shape.signals[index] ?? [])
    const named = new Set([...judged, ...counters, ...settings])
    const unvaried = watch.shape.signals.filter((series) => !named.has(series))
    const seriesOf = (index: number) => watch.shape.states[index] as SeriesId
    return {
      asset: this.asset,
      model,
      shadow: this.#shadow?.model,
      phase: watch.phase,
      isAbnormal: this.#tracker.isRunning,
      isKilled: this.#isKilled,
      unease: this.#unease,
      judgedUs: this.#lastUs > 0 ? this.#lastUs : undefined,
      frames: watch.framesSeen,
      picks: [...usualPicks({ frames: watch.framesSeen, judged, counters, unvaried, leftOut: this.#leftOut, states: watch.shape.states, most: MAX_SIGNALS, samplesPerMinute: (series) => watch.samplesPerMinute(series) }), ...watch.picks()],
      extraBytes: watch.extraBytes,
      judged,
      counters,
      unvaried,
      leftOut: this.#leftOut,
      statesUsed: [...used.map(seriesOf), ...settings],
      statesDropped: dropped.map(seriesOf),
      regimes,
      ...watch.counts,
      shadowTally: this.#shadow === undefined ? undefined : { ...this.#tally },
    }
  }

  /** How the champion scores in its place; undefined before the first minute. */
  scores(): { readonly model: string; readonly signals: readonly SeriesId[]; readonly summary: ScoreSummary } | undefined {
    const summary = this.#record.summary()
    return summary === undefined ? undefined : { model: this.#champion.model, signals: this.shape.signals, summary }
  }

  save(): SavedSlot {
    const { model, watch } = this.#champion
    const shadow = this.#shadow === undefined ? undefined : { model: this.#shadow.model, state: this.#shadow.watch.save() }
    const rest = JSON.stringify({ tracker: this.#tracker.save(), taught: this.#taught, tally: this.#tally, lastUs: this.#lastUs, isKilled: this.#isKilled, unease: this.#unease, record: this.#record.save(), missed: this.#missed.save() })
    return { asset: this.asset, champion: { model, state: watch.save() }, shadow, rest }
  }

  /** Throws MillwrightError CORRUPT_FILE. */
  restore({ champion, shadow, rest }: SavedSlot): void {
    this.#champion = this.#running('champion', champion.model, AssetWatch.restore(champion.state))
    this.#shadow = shadow === undefined ? undefined : this.#running('shadow', shadow.model, AssetWatch.restore(shadow.state))
    // Our own writer made it, and the file's checksum held.
    const read = JSON.parse(rest) as { tracker: string; taught: TaughtRange[]; tally: ShadowTally; lastUs: number; isKilled: boolean; unease?: number; record?: SavedRecord; missed?: SavedMissedPast }
    this.#tracker.restore(read.tracker)
    this.teach(read.taught)
    this.#tally = { ...read.tally }
    this.#lastUs = read.lastUs
    this.#isKilled = read.isKilled
    this.#unease = read.unease
    this.#record = read.record === undefined ? new ScoreRecord(this.shape.signals.length) : ScoreRecord.restore(read.record)
    if (read.missed !== undefined) this.#missed.restore(read.missed)
  }
}

function isSameShape(one: WatchShape, other: WatchShape): boolean {
  return one.signals.join() === other.signals.join() && one.states.join() === other.states.join()
}

/** What ranges say about frames; where they contradict each other, exclusion wins. */
export function teachingOf(ranges: readonly TaughtRange[]): Teaching {
  return {
    of(endUs) {
      let said: 'exclude' | 'normal' | undefined
      for (const { fromUs, toUs, as } of ranges) {
        if (endUs < fromUs || endUs > toUs) continue
        if (as === 'exclude') return 'exclude'
        said = as
      }
      return said
    },
  }
}
