import type { AssetId } from '@millwright/model/asset.ts'
import type { SignalPart } from '../runtime/signal-parts.ts'

/** A signal with less than this part in an anomaly is not of its signature. */
const MIN_SHARE = 0.2
const MAX_SIGNALS = 2

/** Which signals went which way on which asset: anomalies that share it look alike. */
export function signatureOf(asset: AssetId, parts: readonly SignalPart[]): string {
  const telling = parts.filter(({ share }, index) => index === 0 || share >= MIN_SHARE).slice(0, MAX_SIGNALS)
  return `${asset}:${telling.map(({ series, value, expected }) => `${series}${value < expected ? '-' : '+'}`).sort().join(',')}`
}

/** How alike two anomalies are, 0 to 1: the cosine of their signals' signed parts. `nameOf` makes signals of different machines comparable. */
export function likeness(one: readonly SignalPart[], other: readonly SignalPart[], nameOf: (part: SignalPart) => string): number {
  const signed = (parts: readonly SignalPart[]) => new Map(parts.map((part) => [nameOf(part), part.value < part.expected ? -part.share : part.share]))
  const [a, b] = [signed(one), signed(other)]
  let [dot, lengthA, lengthB] = [0, 0, 0]
  for (const [name, share] of a) {
    dot += share * (b.get(name) ?? 0)
    lengthA += share * share
  }
  for (const share of b.values()) lengthB += share * share
  return lengthA === 0 || lengthB === 0 ? 0 : Math.max(0, dot / Math.sqrt(lengthA * lengthB))
}
