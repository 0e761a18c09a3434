import type { TaylorTool } from '../physics/tool-life.ts'

/** A part that the machining line makes. */
export interface MachinedPart {
  readonly name: string
  readonly program: string
  readonly material: string
  readonly tool: TaylorTool
  readonly cuttingMMin: number
  /** Cycle times of the two operations, s. */
  readonly cycleS: readonly [number, number]
  /** Power of a sharp tool at the cut, W, roughing. */
  readonly cuttingW: number
  readonly spindleRpm: number
  readonly toleranceUm: number
  readonly nominalMm: number
}

/** Parts of the machining line; cutting data as tool makers' catalogues give them for carbide. */
export const MACHINED_PARTS: readonly MachinedPart[] = [
  { name: 'HY-P210 pump housing', program: 'O2100', material: 'EN-GJL-250', tool: { n: 0.25, c: 420 }, cuttingMMin: 180, cycleS: [150, 138], cuttingW: 7400, spindleRpm: 4200, toleranceUm: 15, nominalMm: 80 },
  { name: 'HY-S118 drive shaft', program: 'O1180', material: '42CrMo4', tool: { n: 0.22, c: 330 }, cuttingMMin: 160, cycleS: [126, 132], cuttingW: 9200, spindleRpm: 3400, toleranceUm: 13, nominalMm: 45 },
  { name: 'HY-F305 flange', program: 'O3050', material: 'EN AW-6082', tool: { n: 0.3, c: 1150 }, cuttingMMin: 420, cycleS: [96, 90], cuttingW: 5200, spindleRpm: 9000, toleranceUm: 18, nominalMm: 120 },
]

/** A packed product. */
export interface PackedProduct {
  readonly name: string
  readonly fillG: number
  /** Bottles a minute at standard pace. */
  readonly perMinute: number
  readonly tunnelC: number
  readonly perCase: number
  readonly viscosity: number
}

/** Products of the packaging line. */
export const PACKED_PRODUCTS: readonly PackedProduct[] = [
  { name: 'ISO VG 46 hydraulic oil 1 L', fillG: 870, perMinute: 110, tunnelC: 165, perCase: 12, viscosity: 1 },
  { name: 'Gear oil 80W-90 1 L', fillG: 892, perMinute: 92, tunnelC: 170, perCase: 12, viscosity: 1.5 },
  { name: 'Coolant concentrate 2 L', fillG: 2140, perMinute: 70, tunnelC: 158, perCase: 6, viscosity: 0.8 },
]
