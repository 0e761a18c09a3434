import { US_PER_SECOND } from '@millwright/model/time.ts'
import type { Aggregate, AggregateColumns } from '../historian.ts'
import { BucketStats, type Held, type RolledPart } from './bucket-stats.ts'

/** Sums up samples of one series, given in time order, in the buckets between successive edges. */
export class Aggregator {
  readonly #edges: Float64Array
  readonly #stats: BucketStats
  readonly #columns: readonly (readonly [Aggregate, Float64Array])[]
  #bucket = 0

  /** `carried` is the last sample before the first edge. `holdUs` bounds how long a value holds. */
  constructor(edgesUs: Float64Array, aggregates: readonly Aggregate[], holdUs: number, carried: Held | undefined) {
    this.#edges = edgesUs
    this.#stats = new BucketStats(holdUs)
    this.#columns = aggregates.map((aggregate) => [aggregate, new Float64Array(edgesUs.length - 1)])
    this.#stats.begin(edgesUs[0] as number, carried)
  }

  add(timesUs: Float64Array, values: Float64Array, status: Uint32Array): void {
    const edges = this.#edges
    const endUs = edges[edges.length - 1] as number
    for (let i = 0; i < timesUs.length; i++) {
      const timeUs = timesUs[i] as number
      if (timeUs >= endUs) return
      while (timeUs >= (edges[this.#bucket + 1] as number)) this.#next()
      this.#stats.add(timeUs, values[i] as number, status[i] as number)
    }
  }

  /** Takes a minute or an hour that was summed up before; it must lie within one bucket. */
  addRolled(startUs: number, part: RolledPart): void {
    while (startUs >= (this.#edges[this.#bucket + 1] as number)) this.#next()
    this.#stats.join(part)
  }

  finish(): AggregateColumns {
    while (this.#bucket < this.#edges.length - 1) this.#next()
    return { startsUs: this.#edges.slice(0, -1), columns: Object.fromEntries(this.#columns) }
  }

  #next(): void {
    const endUs = this.#edges[this.#bucket + 1] as number
    this.#stats.advance(endUs)
    for (const [aggregate, column] of this.#columns) column[this.#bucket] = valueOf(this.#stats, aggregate)
    this.#stats.begin(endUs, this.#stats.held)
    this.#bucket++
  }
}

/** One aggregate of a bucket; `NaN` where there is nothing to tell, 0 for a count. `stddev` is that of a sample (n − 1). */
function valueOf(stats: BucketStats, aggregate: Aggregate): number {
  switch (aggregate) {
    case 'count':
      return stats.count
    case 'min':
      return stats.min
    case 'max':
      return stats.max
    case 'avg':
      return stats.count === 0 ? Number.NaN : stats.mean
    case 'sum':
      return stats.count === 0 ? Number.NaN : stats.sum
    case 'first':
      return stats.first
    case 'last':
      return stats.last
    case 'stddev':
      return stats.count < 2 ? Number.NaN : Math.sqrt(stats.m2 / (stats.count - 1))
    case 'twa':
      return stats.coveredUs === 0 ? Number.NaN : stats.area / stats.coveredUs
    case 'covered':
      return stats.coveredUs / US_PER_SECOND
  }
}
