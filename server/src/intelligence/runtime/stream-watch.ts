import type { AssetId } from '@millwright/model/asset.ts'
import type { SampleBatch, SeriesId } from '@millwright/model/sample-batch.ts'
import { AssetSlot, type SavedSlot } from './asset-slot.ts'
import { MAX_SIGNALS } from './asset-watch.ts'
import type { AnomalyNews, AssetScores, StreamStatus, TaughtRange, WatchedAsset } from './stream-messages.ts'

export interface StreamWatchOptions {
  /** The one setting: false alarms per machine and week. */
  readonly alarmsPerWeek: number
  /** Assets that are watched at most; the others are counted. */
  readonly maxAssets: number
  onNews(news: AnomalyNews): void
  onReplaced(asset: AssetId, model: string, state: Uint8Array): void
  onMissedPast(asset: AssetId): void
}

const [UNKNOWN, NUMBER, STATE, IGNORED] = [0, 1, 2, 3]

/**
 * Routes the stream of all series to the watches of their assets. It is told the plant's signals; it knows no clock, no disk and no names, so the same
 * batches in the same order always give the same news.
 */
export class StreamWatch {
  readonly #options: StreamWatchOptions
  readonly #slots = new Map<AssetId, AssetSlot>()
  #kinds = new Uint8Array(1024)
  #indexes = new Uint16Array(1024)
  #owners: (AssetSlot | undefined)[] = []
  #unwatched = 0
  #samples = 0
  #isKilled = false

  constructor(options: StreamWatchOptions) {
    this.#options = options
  }

  get isKilled(): boolean {
    return this.#isKilled
  }

  slot(asset: AssetId): AssetSlot | undefined {
    return this.#slots.get(asset)
  }

  /** Whether all series of a batch are in the catalogue. */
  knows(batch: SampleBatch): boolean {
    for (const columns of [batch.numbers, batch.texts]) {
      for (let at = 0; at < columns.length; at++) if ((this.#kinds[columns.series[at] as number] ?? UNKNOWN) === UNKNOWN) return false
    }
    return true
  }

  /** Series of a batch that are not in the catalogue, each once. */
  unknown(batch: SampleBatch): SeriesId[] {
    const unknown = new Set<SeriesId>()
    for (const columns of [batch.numbers, batch.texts]) {
      for (let at = 0; at < columns.length; at++) if ((this.#kinds[columns.series[at] as number] ?? UNKNOWN) === UNKNOWN) unknown.add(columns.series[at] as number)
    }
    return [...unknown]
  }

  /** Replaces the catalogue. Watches of assets that are gone are dropped. */
  setCatalogue(assets: readonly WatchedAsset[]): void {
    this.#kinds.fill(UNKNOWN)
    this.#owners = []
    this.#unwatched = 0
    const kept = new Set(assets.map(({ asset }) => asset))
    for (const asset of this.#slots.keys()) if (!kept.has(asset)) this.#slots.delete(asset)
    this.addAssets(assets)
  }

  /** Adds to the catalogue. A watch that has just begun takes new signals in. */
  addAssets(assets: readonly WatchedAsset[]): void {
    for (const entry of assets) {
      const { numbers, states, others } = entry
      for (const series of [...numbers, ...states, ...others]) this.#place(series, IGNORED, 0, undefined)
      if (numbers.length === 0) continue
      let slot = this.#slots.get(entry.asset)
      if (slot === undefined && this.#slots.size >= this.#options.maxAssets) {
        this.#unwatched++
        continue
      }
      if (slot === undefined) {
        slot = new AssetSlot(entry.asset, this.#options)
        this.#slots.set(entry.asset, slot)
      }
      slot.reshape({ signals: numbers.slice(0, MAX_SIGNALS), states }, numbers.slice(MAX_SIGNALS))
      for (const [index, series] of slot.shape.signals.entries()) this.#place(series, NUMBER, index, slot)
      for (const [index, series] of slot.shape.states.entries()) this.#place(series, STATE, index, slot)
    }
  }

  /** Marks series that nobody knows any more, so that they are not asked for again. */
  ignore(batch: SampleBatch): void {
    for (const series of this.unknown(batch)) this.#place(series, IGNORED, 0, undefined)
  }

  /** Takes a batch: states first, since a frame may close by the numbers. */
  take({ numbers, texts, receivedUs }: SampleBatch): void {
    this.#samples += numbers.length + texts.length
    if (this.#isKilled) return
    for (let at = 0; at < texts.length; at++) {
      const series = texts.series[at] as number
      if (this.#kinds[series] === STATE) this.#owners[series]?.state(this.#indexes[series] as number, texts.timesUs[at] as number, texts.values[at] ?? '', receivedUs)
    }
    for (let at = 0; at < numbers.length; at++) {
      const series = numbers.series[at] as number
      const kind = this.#kinds[series]
      if (kind !== NUMBER && kind !== STATE) continue
      const slot = this.#owners[series]
      const value = numbers.values[at] as number
      if (kind === NUMBER) slot?.number(this.#indexes[series] as number, numbers.timesUs[at] as number, value, numbers.status[at] as number, receivedUs)
      else if (!Number.isNaN(value)) slot?.state(this.#indexes[series] as number, numbers.timesUs[at] as number, String(value), receivedUs)
    }
  }

  teach(asset: AssetId, ranges: readonly TaughtRange[]): void {
    this.#slots.get(asset)?.teach(ranges)
  }

  /** Stops judging, at once, of all or of some; assets that are not named go on. Open anomalies are closed. */
  kill(all: boolean, assets: readonly AssetId[]): void {
    this.#isKilled = all
    const killed = new Set(assets)
    for (const slot of this.#slots.values()) slot.setKilled(all || killed.has(slot.asset))
  }

  status(position: number): StreamStatus {
    const assets = [...this.#slots.values()].map((slot) => slot.status())
    return { position, assets, unwatched: this.#unwatched, samples: this.#samples, frames: assets.reduce((sum, { frames }) => sum + frames, 0), isKilled: this.#isKilled }
  }

  /** How the champions score in their places: of one asset, or of all. */
  scores(asset: AssetId | undefined): AssetScores[] {
    const slots = asset === undefined ? [...this.#slots.values()] : [this.#slots.get(asset)].filter((slot) => slot !== undefined)
    return slots.flatMap((slot) => {
      const found = slot.scores()
      return found === undefined ? [] : [{ asset: slot.asset, ...found }]
    })
  }

  save(): SavedSlot[] {
    return [...this.#slots.values()].map((slot) => slot.save())
  }

  /** Before the first catalogue. Throws MillwrightError CORRUPT_FILE. */
  restore(saved: readonly SavedSlot[]): void {
    for (const entry of saved) {
      const slot = new AssetSlot(entry.asset, this.#options)
      slot.restore(entry)
      this.#slots.set(entry.asset, slot)
    }
  }

  /** Forgets the watch of an asset; it begins anew with the next catalogue. */
  forget(asset: AssetId): void {
    this.#slots.delete(asset)
  }

  #place(series: SeriesId, kind: number, index: number, owner: AssetSlot | undefined): void {
    if (series >= this.#kinds.length) {
      const capacity = Math.max(series + 1, this.#kinds.length * 2)
      const [kinds, indexes] = [new Uint8Array(capacity), new Uint16Array(capacity)]
      kinds.set(this.#kinds)
      indexes.set(this.#indexes)
      this.#kinds = kinds
      this.#indexes = indexes
    }
    this.#kinds[series] = kind
    this.#indexes[series] = index
    this.#owners[series] = owner
  }
}
