/**
 * How far a first-order system goes towards its goal in `dtS` seconds: 1 - exp(-dt/tau), the exact solution for a constant
 * input, so that a step of 10 s is as stable as one of 1 s.
 */
export function relaxation(dtS: number, tauS: number): number {
  return -Math.expm1(-dtS / tauS)
}

/** Specific heat of water, J/(kg K). */
export const WATER_HEAT = 4186
/** Density of water, kg/m3. */
export const WATER_DENSITY = 997

/** A lump of matter with one temperature, warmed by a heat flow and cooled through a thermal resistance. */
export interface ThermalMass {
  /** J/K. */
  readonly capacity: number
  /** K/W to the surroundings. */
  readonly resistance: number
}

/** The temperature after `dtS` seconds of `heatW` with surroundings at `aroundC` (lumped capacitance, exact for constant input). */
export function warm(mass: ThermalMass, temperatureC: number, heatW: number, aroundC: number, dtS: number): number {
  const goalC = aroundC + heatW * mass.resistance
  return temperatureC + (goalC - temperatureC) * relaxation(dtS, mass.capacity * mass.resistance)
}
