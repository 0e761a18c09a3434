/** Gains of a controller in ISA standard form; the output is limited to 0…1. */
export interface PidGains {
  /** Output per unit of error. */
  readonly gain: number
  readonly integralS: number
  readonly derivativeS: number
}

/** What a controller remembers. */
export interface PidState {
  integral: number
  lastMeasured: number
  output: number
}

/** The state of a controller that has not run yet, at a measured value. */
export function idlePid(measured: number, output = 0): PidState {
  return { integral: output, lastMeasured: measured, output }
}

/**
 * One step of a PID controller with derivative on the measurement and anti-windup by conditional integration
 * (Åström and Hägglund, "Advanced PID control", 2006, ch. 3). Returns the output in 0…1.
 */
export function stepPid(gains: PidGains, state: PidState, setpoint: number, measured: number, dtS: number): number {
  const error = setpoint - measured
  const slope = (measured - state.lastMeasured) / dtS
  state.lastMeasured = measured
  const raw = gains.gain * (error - gains.derivativeS * slope) + state.integral
  const output = raw < 0 ? 0 : raw > 1 ? 1 : raw
  const winds = (raw > 1 && error > 0) || (raw < 0 && error < 0)
  if (!winds) {
    const integral = state.integral + (gains.gain * error * dtS) / gains.integralS
    state.integral = integral < 0 ? 0 : integral > 1 ? 1 : integral
  }
  state.output = output
  return output
}
