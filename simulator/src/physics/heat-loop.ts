import { WATER_DENSITY, WATER_HEAT } from './thermal.ts'

/** A closed circuit that takes up heat and hands it to cooling water through a heat exchanger. */
export interface HeatLoopDesign {
  /** J/K of what is in the circuit. */
  readonly capacity: number
  /** W/K of the exchanger. */
  readonly transfer: number
}

/**
 * Temperature after `dtS` seconds of `loadW` and cooling by `flow` m3/s of water at `supplyC`, and the mean heat that went into the
 * water: exact for constant inputs (effectiveness of an exchanger with one constant side, eps = 1 - exp(-NTU)), so energy closes.
 */
export function stepHeatLoop(design: HeatLoopDesign, temperatureC: number, loadW: number, flow: number, supplyC: number, dtS: number): { temperatureC: number; toWaterW: number } {
  const stream = flow * WATER_DENSITY * WATER_HEAT
  const conductance = stream <= 0 ? 0 : stream * -Math.expm1(-design.transfer / stream)
  if (conductance === 0) return { temperatureC: temperatureC + (loadW * dtS) / design.capacity, toWaterW: 0 }
  const goal = supplyC + loadW / conductance
  const after = goal + (temperatureC - goal) * Math.exp((-conductance * dtS) / design.capacity)
  return { temperatureC: after, toWaterW: loadW - (design.capacity * (after - temperatureC)) / dtS }
}
