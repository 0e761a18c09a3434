import type { PartReason } from '../signal-parts.ts'

/** What a routed detector has to say of a signal in a frame, beside the usual charts. */
export interface Evidence {
  /** Place of the numeric signal in the asset's shape. */
  readonly signal: number
  /** 1 at the detector's own limit; what is certain is told whatever the asset's limit. */
  readonly score: number
  readonly isCertain: boolean
  readonly reason: PartReason
  readonly value: number
  readonly expected: number
  readonly band: number
  readonly sinceUs: number
  /** Of a batch: its recipe and phase, and how far it was. */
  readonly state?: string
  readonly progress?: number
}
