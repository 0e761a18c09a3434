import type { StateReader, StateWriter } from './state-codec.ts'

/** When an anomaly begins and ends. */
export interface GateSettings {
  /** It ends below this part of the limit … */
  readonly offAt: number
  /** … or below this part of the highest score it had: the cause is gone though its trace (heat, drift) is still there. */
  readonly offAtPeak: number
  /** Rows after an end in which none begins. */
  readonly refractory: number
  /** Rows after which what is abnormal counts as the new normal. */
  readonly longest: number
}

export const GATE_DEFAULTS: GateSettings = { offAt: 0.5, offAtPeak: 0.05, refractory: 0, longest: 86_400 }

/** What a row meant: `begins` and `ends` are its edges; `accepted` is an end because it lasted too long. */
export type GateStep = 'quiet' | 'begins' | 'lasts' | 'ends' | 'accepted'

/** Turns a score beside its limit into anomalies with hysteresis, refractory time and a longest duration. A score of NaN changes nothing. */
export class AlarmGate {
  readonly #settings: GateSettings
  #peak = 0
  #rows = 0
  #rest = 0

  constructor(settings: GateSettings = GATE_DEFAULTS) {
    this.#settings = settings
  }

  /** Whether an anomaly lasts; learning is frozen meanwhile. */
  get active(): boolean {
    return this.#rows > 0
  }

  /** Judges a row by `ratio`, its score over the limit. */
  step(ratio: number): GateStep {
    const { offAt, offAtPeak, refractory, longest } = this.#settings
    if (Number.isNaN(ratio)) return this.active ? 'lasts' : 'quiet'
    if (!this.active) {
      if (this.#rest > 0) this.#rest--
      if (ratio <= 1 || this.#rest > 0) return 'quiet'
      this.#peak = ratio
      this.#rows = 1
      return 'begins'
    }
    this.#peak = Math.max(this.#peak, ratio)
    this.#rows++
    const over = ratio < offAt || ratio < this.#peak * offAtPeak
    if (!over && this.#rows <= longest) return 'lasts'
    this.#rows = 0
    this.#rest = refractory
    return over ? 'ends' : 'accepted'
  }

  /** Ends what lasts, without rest. */
  cut(): void {
    this.#rows = 0
    this.#rest = 0
  }

  save(into: StateWriter): void {
    into.number(this.#peak)
    into.number(this.#rows)
    into.number(this.#rest)
  }

  restore(from: StateReader): void {
    this.#peak = from.number()
    this.#rows = from.number()
    this.#rest = from.number()
  }
}
