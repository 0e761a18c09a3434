/** Geometry of a rolling bearing. */
export interface BearingGeometry {
  readonly model: string
  readonly rollers: number
  readonly rollerMm: number
  readonly pitchMm: number
  readonly contactDeg: number
}

/** Rates at which a defect is struck, as multiples of the shaft's turning rate. */
export interface BearingOrders {
  /** Ball pass frequency of the outer race. */
  readonly bpfo: number
  /** Ball pass frequency of the inner race. */
  readonly bpfi: number
  /** Ball spin frequency. */
  readonly bsf: number
  /** Fundamental train (cage) frequency. */
  readonly ftf: number
}

/** Defect frequencies from geometry, no slip, outer race standing (ISO 15243; Randall and Antoni, MSSP 25 (2011), eq. 1 to 4). */
export function bearingOrders(bearing: BearingGeometry): BearingOrders {
  const ratio = (bearing.rollerMm / bearing.pitchMm) * Math.cos((bearing.contactDeg * Math.PI) / 180)
  return {
    bpfo: (bearing.rollers / 2) * (1 - ratio),
    bpfi: (bearing.rollers / 2) * (1 + ratio),
    bsf: (bearing.pitchMm / (2 * bearing.rollerMm)) * (1 - ratio * ratio),
    ftf: (1 - ratio) / 2,
  }
}

/** Bearings of the plant by designation; geometry of the common deep-groove and angular-contact sizes. */
export const BEARINGS = {
  '6205': { model: '6205', rollers: 9, rollerMm: 7.94, pitchMm: 39.04, contactDeg: 0 },
  '6308': { model: '6308', rollers: 8, rollerMm: 15.08, pitchMm: 65.5, contactDeg: 0 },
  '6312': { model: '6312', rollers: 8, rollerMm: 22.22, pitchMm: 95, contactDeg: 0 },
  '6316': { model: '6316', rollers: 8, rollerMm: 28.57, pitchMm: 125, contactDeg: 0 },
  '7014': { model: '7014', rollers: 19, rollerMm: 12.3, pitchMm: 90, contactDeg: 15 },
} as const satisfies Record<string, BearingGeometry>
