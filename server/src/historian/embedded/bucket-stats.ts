/** A value that holds into the next bucket: since when, and from where on it was not yet counted. */
export interface Held {
  /** `NaN` where the last sample was bad or "no value", which ends the hold. */
  readonly value: number
  readonly sinceUs: number
}

/**
 * What is known of the samples of one bucket of one series. Statistics are of usable samples: bad quality and "no value" are
 * left out. Variance is kept by Welford's method and joined by Chan's (Chan, Golub, LeVeque 1979), which do not lose digits.
 *
 * The area under the curve takes each value as held until the next sample, at most `holdUs` and the end of the bucket;
 * a sample that is bad or "no value" ends the hold.
 */
export class BucketStats {
  count = 0
  min = Number.NaN
  minUs = 0
  minStatus = 0
  max = Number.NaN
  maxUs = 0
  maxStatus = 0
  sum = 0
  mean = 0
  /** Sum of the squared distances from the mean. */
  m2 = 0
  first = Number.NaN
  last = Number.NaN
  /** Value times microseconds, and the microseconds for which there was a value. */
  area = 0
  coveredUs = 0
  readonly #holdUs: number
  #held = Number.NaN
  #heldSinceUs = 0
  #countedUs = 0

  constructor(holdUs: number) {
    this.#holdUs = holdUs
  }

  /** Forgets all and begins a bucket at `startUs`, into which `held` may reach. */
  begin(startUs: number, held: Held | undefined): void {
    this.count = 0
    this.min = Number.NaN
    this.max = Number.NaN
    this.sum = 0
    this.mean = 0
    this.m2 = 0
    this.first = Number.NaN
    this.last = Number.NaN
    this.area = 0
    this.coveredUs = 0
    this.#held = held?.value ?? Number.NaN
    this.#heldSinceUs = held?.sinceUs ?? startUs
    this.#countedUs = startUs
  }

  /** Takes the next sample of the bucket, in time order. */
  add(timeUs: number, value: number, status: number): void {
    this.advance(timeUs)
    const usable = value === value && status >>> 31 === 0
    this.#held = usable ? value : Number.NaN
    this.#heldSinceUs = timeUs
    if (!usable) return
    this.count++
    this.sum += value
    const distance = value - this.mean
    this.mean += distance / this.count
    this.m2 += distance * (value - this.mean)
    if (this.count === 1) this.first = value
    this.last = value
    if (!(value >= this.min)) {
      this.min = value
      this.minUs = timeUs
      this.minStatus = status
    }
    if (!(value <= this.max)) {
      this.max = value
      this.maxUs = timeUs
      this.maxStatus = status
    }
  }

  /** Counts the held value up to `toUs`. */
  advance(toUs: number): void {
    if (this.#held === this.#held) {
      const durationUs = Math.min(toUs, this.#heldSinceUs + this.#holdUs) - this.#countedUs
      if (durationUs > 0) {
        this.area += this.#held * durationUs
        this.coveredUs += durationUs
      }
    }
    this.#countedUs = toUs
  }

  /** Joins the statistics of a later part of the bucket that was summed up before: see {@link RolledPart}. */
  join(part: RolledPart): void {
    this.advance(part.openUs)
    this.area += part.area
    this.coveredUs += part.coveredUs
    this.#held = part.closing.value
    this.#heldSinceUs = part.closing.sinceUs
    this.#countedUs = part.endUs
    if (part.count === 0) return
    if (this.count === 0) this.first = part.first
    this.last = part.last
    if (!(part.min >= this.min)) this.min = part.min
    if (!(part.max <= this.max)) this.max = part.max
    const count = this.count + part.count
    const distance = part.sum / part.count - this.mean
    this.m2 += part.m2 + (distance * distance * this.count * part.count) / count
    this.mean += (distance * part.count) / count
    this.sum += part.sum
    this.count = count
  }

  /** What holds beyond the bucket. */
  get held(): Held {
    return { value: this.#held, sinceUs: this.#heldSinceUs }
  }
}

/** The statistics of a minute or an hour, from its own samples alone: nothing is carried in, so parts can be joined exactly. */
export interface RolledPart {
  readonly endUs: number
  readonly count: number
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly m2: number
  readonly first: number
  readonly last: number
  readonly area: number
  readonly coveredUs: number
  /** When its first sample came, of whatever quality: until then an earlier value may hold. */
  readonly openUs: number
  /** Its last sample, of whatever quality. */
  readonly closing: Held
}
