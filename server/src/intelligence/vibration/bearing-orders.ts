import type { WireBearing } from '@millwright/model/wire/vibration.ts'

/** The parts of a rolling bearing that can be damaged. */
export const BEARING_PARTS = ['outerRace', 'innerRace', 'ball', 'cage'] as const
export type BearingPart = (typeof BEARING_PARTS)[number]

/** Frequencies at which a rolling bearing's faults strike, as multiples of the shaft's speed. */
export type BearingOrders = Readonly<Record<BearingPart, number>>

/** The orders of a bearing by its geometry, outer race standing, without slip (Harris, Rolling Bearing Analysis; Randall and Antoni, MSSP 25 (2011), equations 1 to 4). `ball` is its spin: a spot on it strikes twice a turn. */
export function bearingOrders({ balls, ballMm, pitchMm, contactDeg }: Omit<WireBearing, 'name'>): BearingOrders {
  const ratio = (ballMm / pitchMm) * Math.cos((contactDeg * Math.PI) / 180)
  return { outerRace: (balls / 2) * (1 - ratio), innerRace: (balls / 2) * (1 + ratio), ball: (pitchMm / ballMm / 2) * (1 - ratio * ratio), cage: (1 - ratio) / 2 }
}

/** What is wrong with a bearing's numbers taken together, as a sentence; undefined when nothing is. */
export function bearingProblem({ balls, ballMm, pitchMm }: Omit<WireBearing, 'name'>): string | undefined {
  if (ballMm >= pitchMm) return 'the diameter of a ball must be smaller than the pitch diameter'
  if (balls * ballMm > Math.PI * pitchMm * 1.02) return `${balls} balls of ${ballMm} mm do not fit on a circle of ${pitchMm} mm`
  return undefined
}
