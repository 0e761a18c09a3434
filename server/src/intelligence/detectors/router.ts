import type { SignalMode } from './signal-fields.ts'

/** What was seen of a signal within a day or less. */
export interface SignalProfile {
  readonly name: string
  readonly samples: number
  readonly distinct: number
  /** Part of the samples that were no good numbers. */
  readonly missing: number
  /** Parts of the steps that went up and down. */
  readonly rising: number
  readonly falling: number
  /** Correlation of a sample with the one before it, −1 to 1. */
  readonly memory: number
  readonly intervalUs: number
}

/** A detector that was picked, for which signals, and why in words for people (keys of texts, with their numbers). */
export interface Pick {
  readonly detector: 'bank' | 'mewma' | 'shapes' | 'none'
  readonly signals: readonly string[]
  readonly mode?: SignalMode
  readonly reason: { readonly key: string; readonly values: Readonly<Record<string, number>> }
}

/** Samples before a signal is judged by; distinct values up to which it is discrete; part of missing samples above which it is left alone. */
const [LEAST_SAMPLES, DISCRETE, TOO_MANY_MISSING] = [300, 8, 0.5]

/** Part of the steps that a counter may fall (its resets). */
const COUNTER_FALLS = 0.01

/** Memory from which a signal has shapes worth learning, and the most signals of one chart: its memory grows by their square. */
const [SHAPED, CHART_SIGNALS] = [0.5, 64]

/** Watches a signal's first samples in constant memory. */
export class SignalProfiler {
  readonly #name: string
  readonly #seen = new Set<number>()
  #samples = 0
  #missing = 0
  #rises = 0
  #falls = 0
  #first = Number.NaN
  #last = Number.NaN
  #sum = 0
  #squares = 0
  #products = 0
  #startUs = Number.NaN
  #endUs = Number.NaN

  constructor(name: string) {
    this.#name = name
  }

  add(timeUs: number, value: number, good: boolean): void {
    if (!good || !Number.isFinite(value)) {
      this.#missing++
      return
    }
    if (this.#samples === 0) [this.#first, this.#startUs] = [value, timeUs]
    else {
      if (value > this.#last) this.#rises++
      if (value < this.#last) this.#falls++
      this.#products += (value - this.#first) * (this.#last - this.#first)
    }
    // Sums about the first value keep their digits where the level is high and the movement small.
    this.#sum += value - this.#first
    this.#squares += (value - this.#first) ** 2
    if (this.#seen.size <= DISCRETE) this.#seen.add(value)
    this.#samples++
    this.#last = value
    this.#endUs = timeUs
  }

  profile(): SignalProfile {
    const count = Math.max(1, this.#samples)
    const steps = Math.max(1, count - 1)
    const mean = this.#sum / count
    const variance = this.#squares / count - mean * mean
    return {
      name: this.#name, samples: this.#samples, distinct: this.#seen.size, missing: this.#missing / Math.max(1, this.#samples + this.#missing),
      rising: this.#rises / steps, falling: this.#falls / steps,
      memory: variance > 0 ? Math.max(-1, Math.min(1, (this.#products / steps - mean * mean) / variance)) : 0,
      intervalUs: this.#samples < 2 ? Number.NaN : (this.#endUs - this.#startUs) / steps,
    }
  }
}

/** Picks detectors for one asset from what was seen of its signals, and says why. Signals seen too little get none yet. */
export function pickDetectors(profiles: readonly SignalProfile[]): Pick[] {
  const picks: Pick[] = []
  const continuous: SignalProfile[] = []
  for (const profile of profiles) {
    const { name, samples, missing, distinct, rising, falling, memory } = profile
    const pick = (detector: Pick['detector'], key: string, values: Record<string, number>, mode?: SignalMode) => picks.push({ detector, signals: [name], reason: { key, values }, ...(mode === undefined ? {} : { mode }) })
    if (samples < LEAST_SAMPLES) pick('none', 'tooFewSamples', { samples, needed: LEAST_SAMPLES })
    else if (missing > TOO_MANY_MISSING) pick('none', 'mostlyMissing', { missing })
    else if (distinct > DISCRETE && rising > 0 && falling <= COUNTER_FALLS * rising) pick('bank', 'counter', { rising, falling }, 'counter')
    else if (distinct <= DISCRETE) pick('bank', distinct === 1 ? 'constant' : 'discrete', { distinct }, 'discrete')
    else {
      pick('bank', 'continuous', { distinct }, 'level')
      if (memory >= SHAPED) pick('shapes', 'hasShape', { memory })
      continuous.push(profile)
    }
  }
  // Signals that come at very different paces make no rows together.
  const together = continuous.toSorted((a, b) => a.intervalUs - b.intervalUs).filter(({ intervalUs }, _, all) => intervalUs <= 10 * (all[0]?.intervalUs ?? 0)).slice(0, CHART_SIGNALS)
  if (together.length >= 2) picks.push({ detector: 'mewma', signals: together.map(({ name }) => name), reason: { key: 'moveTogether', values: { signals: together.length } } })
  return picks
}
