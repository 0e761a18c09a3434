import { WATER_DENSITY } from './thermal.ts'

/** Standard gravity, m/s2. */
export const GRAVITY = 9.80665

/** Pascal of one metre of water. */
export const PA_PER_M = WATER_DENSITY * GRAVITY

/** A centrifugal pump's curve at rated speed: head = shutoff - drop * flow^2; SI units (m, m3/s). */
export interface PumpCurve {
  readonly shutoffM: number
  readonly dropS2M5: number
  /** Best efficiency point. */
  readonly bestFlow: number
  readonly bestEfficiency: number
}

/** Head at a flow and a speed ratio (affinity laws: flow with speed, head with its square). */
export function pumpHead(curve: PumpCurve, flow: number, speed: number): number {
  return curve.shutoffM * speed * speed - curve.dropS2M5 * flow * flow
}

/** Flow of a pump against a head: 0 where a check valve holds the head back. */
export function pumpFlow(curve: PumpCurve, headM: number, speed: number): number {
  const spare = curve.shutoffM * speed * speed - headM
  return spare <= 0 ? 0 : Math.sqrt(spare / curve.dropS2M5)
}

/** Hydraulic efficiency: a parabola through the best point, which moves with speed. */
export function pumpEfficiency(curve: PumpCurve, flow: number, speed: number): number {
  if (speed <= 0) return 0.1
  const off = flow / (curve.bestFlow * speed) - 1
  return Math.max(0.1, curve.bestEfficiency * (1 - 0.55 * off * off))
}

/** Suction head that a pump needs so as not to cavitate, m: grows with the square of flow (ANSI/HI 9.6.1, typical form). */
export function pumpNpshRequired(curve: PumpCurve, flow: number): number {
  const share = flow / curve.bestFlow
  return 1.6 + 2.2 * share * share
}

/** Flow through an opening with conductance `k`, m3/s per root Pa. */
export function orificeFlow(k: number, dropPa: number): number {
  return dropPa <= 0 ? 0 : k * Math.sqrt(dropPa)
}

/** Relative opening of an equal-percentage valve at a stroke of 0…1 (IEC 60534-1), rangeability 30, closed at 0. */
export function valveOpening(stroke: number): number {
  const rest = 1 / 30
  return (Math.pow(30, stroke - 1) - rest) / (1 - rest)
}

/** Stroke that gives a relative opening: the inverse of {@link valveOpening}. */
export function valveStroke(opening: number): number {
  const rest = 1 / 30
  const clipped = opening < 0 ? 0 : opening > 1 ? 1 : opening
  return 1 + Math.log(clipped * (1 - rest) + rest) / Math.log(30)
}

/** Saturation pressure of water vapour, Pa (Magnus form of WMO-No. 8). */
export function vapourPressurePa(temperatureC: number): number {
  return 611.2 * Math.exp((17.62 * temperatureC) / (243.12 + temperatureC))
}

const MAX_BISECTIONS = 60

/**
 * The pressure in [low, high] at which an excess that falls with pressure is zero, by regula falsi with the Illinois step,
 * to `tolerance` of the excess.
 */
export function balance(excess: (pressure: number) => number, low: number, high: number, tolerance: number): number {
  let a = low
  let b = high
  let atA = excess(a)
  let atB = excess(b)
  if (atA <= 0) return a
  if (atB >= 0) return b
  for (let turn = 0; turn < MAX_BISECTIONS; turn++) {
    const middle = turn % 8 === 7 ? (a + b) / 2 : (a * atB - b * atA) / (atB - atA)
    const value = excess(middle)
    if (Math.abs(value) <= tolerance) return middle
    if (value > 0) {
      a = middle
      atA = value
      atB /= 2
    } else {
      b = middle
      atB = value
      atA /= 2
    }
  }
  return (a + b) / 2
}
