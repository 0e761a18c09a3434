import type { AssetId } from '@millwright/model/asset.ts'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { SIGNAL_STATES, STALE_AFTER_SECONDS, signalStateIndex } from '@millwright/model/signal-state.ts'
import type { Clock } from '../kernel/clock.ts'
import type { LiveValues } from './live-values.ts'
import type { PlantTree } from './plant-tree/plant-tree.ts'

const STATES = SIGNAL_STATES.length
const SILENT = SIGNAL_STATES.indexOf('silent')
/** States of which examples are kept: bad, outside, uncertain. */
const REMARKABLE = 3
/** Series or assets that are looked at before others get their turn: about 5 ms. */
const SLICE = 50_000
/** Examples that are looked at in all, and kept of one asset. */
const MAX_EXAMPLES = 10_000
const EXAMPLES_PER_ASSET = 3
/** A count is as good as new for so long, and for as many times the time that it took. */
const FRESH_MS = 1_000
const FRESH_TIMES = 20
/** Where counting takes longer than this, nobody waits for it again: they get the count before, at most so much older. */
const SLOW_COUNT_MS = 200
const MAX_OVERDUE_MS = 30_000

/** A signal that needs a look, with the place of its state in `SIGNAL_STATES`. */
export interface Remarkable {
  readonly series: SeriesId
  readonly state: number
}

/** How each asset is, with all below it; the root of roots is asset 0. */
export interface HealthTable {
  readonly timeUs: number
  /** By place in `SIGNAL_STATES`: signals of the asset and below. */
  signals(asset: AssetId): readonly number[]
  /** Assets that have signals, by their worst. */
  assets(asset: AssetId): readonly number[]
  /** Newest arrival below an asset, negative when there was none. */
  newestUs(asset: AssetId): number
  /** At most three, the worst first. */
  worst(asset: AssetId): readonly Remarkable[]
}

/**
 * Counts how the plant is, asset by asset, from the newest values. It walks all series, in slices so that ingest never waits for it, and
 * only when somebody asks; those who ask soon after get the same count.
 */
export class PlantHealth {
  readonly #tree: PlantTree
  readonly #live: LiveValues
  readonly #clock: Clock
  #table: Promise<HealthTable> | undefined
  #freshUntilMs = 0
  /** The last count that was slow, and until when it is better than waiting. */
  #before: HealthTable | undefined
  #beforeUntilMs = 0

  constructor({ tree, live, clock }: { readonly tree: PlantTree; readonly live: LiveValues; readonly clock: Clock }) {
    this.#tree = tree
    this.#live = live
    this.#clock = clock
  }

  /** The newest count, at most a second old (more, in a plant so large that counting takes long). */
  read(): Promise<HealthTable> {
    const begun = this.#clock.monotonicMs()
    if (this.#table === undefined || begun >= this.#freshUntilMs) this.#table = this.#countAgain(begun)
    return this.#before !== undefined && begun < this.#beforeUntilMs ? Promise.resolve(this.#before) : this.#table
  }

  async #countAgain(begun: number): Promise<HealthTable> {
    this.#freshUntilMs = Number.POSITIVE_INFINITY
    try {
      const table = await this.#count()
      const now = this.#clock.monotonicMs()
      this.#freshUntilMs = now + Math.max(FRESH_MS, FRESH_TIMES * (now - begun))
      const isSlow = now - begun > SLOW_COUNT_MS
      this.#before = isSlow ? table : undefined
      this.#beforeUntilMs = this.#freshUntilMs + MAX_OVERDUE_MS
      return table
    } catch (thrown) {
      this.#freshUntilMs = 0
      throw thrown
    }
  }

  async #count(): Promise<HealthTable> {
    const { assets, signals } = this.#tree
    const timeUs = this.#clock.nowUs()
    const count = new Count(assets.slots, timeUs)
    for await (const [from, to] of slices(signals.slots)) count.noteArrivals(this.#tree, this.#live, from, to)
    for await (const [from, to] of slices(signals.slots)) count.classify(this.#tree, this.#live, from, to)
    for await (const [from, to] of slices(count.slots)) count.addUp(this.#tree, from, to)
    count.pickExamples(this.#tree)
    return count
  }
}

async function* slices(length: number): AsyncGenerator<readonly [from: number, to: number]> {
  for (let from = 0; from < length; from += SLICE) {
    yield [from, Math.min(length, from + SLICE)]
    if (from + SLICE < length) await new Promise((resolve) => setImmediate(resolve))
  }
}

class Count implements HealthTable {
  readonly timeUs: number
  readonly slots: number
  /** Of each asset alone: newest arrival, signals by state. */
  readonly #ownNewest: Float64Array
  readonly #own: Uint32Array
  /** With all below. */
  readonly #newest: Float64Array
  readonly #signals: Uint32Array
  readonly #assets: Uint32Array
  readonly #remarkable: Remarkable[][] = Array.from({ length: REMARKABLE }, () => [])
  readonly #examples = new Map<AssetId, Remarkable[]>()

  constructor(slots: number, timeUs: number) {
    this.timeUs = timeUs
    this.slots = Math.max(1, slots)
    this.#ownNewest = new Float64Array(this.slots).fill(-1)
    this.#newest = new Float64Array(this.slots).fill(-1)
    this.#own = new Uint32Array(this.slots * STATES)
    this.#signals = new Uint32Array(this.slots * STATES)
    this.#assets = new Uint32Array(this.slots * STATES)
  }

  noteArrivals({ signals }: PlantTree, live: LiveValues, from: number, to: number): void {
    for (let series = from; series < to; series++) {
      if (!signals.has(series) || live.timeUs(series) < 0) continue
      const asset = signals.asset(series)
      if (asset < this.slots && live.arrivalUs(series) > (this.#ownNewest[asset] as number)) this.#ownNewest[asset] = live.arrivalUs(series)
    }
  }

  classify({ signals }: PlantTree, live: LiveValues, from: number, to: number): void {
    const quietBefore = this.timeUs - STALE_AFTER_SECONDS * 1e6
    for (let series = from; series < to; series++) {
      if (!signals.has(series)) continue
      const asset = signals.asset(series)
      // An asset that came while the count was under way is in the next one.
      if (asset >= this.slots) continue
      const isQuiet = (this.#ownNewest[asset] as number) < quietBefore
      // Of a waveform the number of its points is live, which no limit is meant for.
      const value = signals.kind(series) === 'waveform' ? Number.NaN : live.number(series)
      const state = live.timeUs(series) < 0 ? SILENT : signalStateIndex(live.status(series), value, signals.low(series), signals.high(series), isQuiet)
      const at = asset * STATES + state
      this.#own[at] = (this.#own[at] as number) + 1
      const examples = this.#remarkable[state]
      if (examples !== undefined && examples.length < MAX_EXAMPLES) examples.push({ series, state })
    }
  }

  /** Adds what each asset has of its own to itself and to all above it. */
  addUp({ assets }: PlantTree, from: number, to: number): void {
    for (let id = Math.max(1, from); id < to; id++) {
      if (!assets.has(id)) continue
      const worst = this.#worstOwn(id)
      if (worst < 0) continue
      for (let at = id; ; at = assets.parent(at)) {
        for (let state = 0; state < STATES; state++) {
          const own = this.#own[id * STATES + state] as number
          if (own > 0) this.#signals[at * STATES + state] = (this.#signals[at * STATES + state] as number) + own
        }
        this.#assets[at * STATES + worst] = (this.#assets[at * STATES + worst] as number) + 1
        if ((this.#ownNewest[id] as number) > (this.#newest[at] as number)) this.#newest[at] = this.#ownNewest[id] as number
        if (at === 0) break
      }
    }
  }

  pickExamples({ assets, signals }: PlantTree): void {
    let left = MAX_EXAMPLES
    for (const example of this.#remarkable.flat()) {
      if (left-- === 0) return
      if (!signals.has(example.series)) continue
      for (let at = signals.asset(example.series); ; at = assets.parent(at)) {
        const known = this.#examples.get(at)
        if (known === undefined) this.#examples.set(at, [example])
        else if (known.length < EXAMPLES_PER_ASSET) known.push(example)
        if (at === 0) break
      }
    }
  }

  signals(asset: AssetId): readonly number[] {
    return [...this.#signals.subarray(asset * STATES, (asset + 1) * STATES), ...new Array<number>(asset < this.slots ? 0 : STATES).fill(0)]
  }

  assets(asset: AssetId): readonly number[] {
    return [...this.#assets.subarray(asset * STATES, (asset + 1) * STATES), ...new Array<number>(asset < this.slots ? 0 : STATES).fill(0)]
  }

  newestUs(asset: AssetId): number {
    return this.#newest[asset] ?? -1
  }

  worst(asset: AssetId): readonly Remarkable[] {
    return this.#examples.get(asset) ?? []
  }

  /** A machine is silent when all of its signals are: one that was only declared says nothing about the others. */
  #worstOwn(asset: AssetId): number {
    for (let state = 0; state < STATES; state++) if (state !== SILENT && (this.#own[asset * STATES + state] as number) > 0) return state
    return (this.#own[asset * STATES + SILENT] as number) > 0 ? SILENT : -1
  }
}
