/** How a kind of instrument looks at the truth. Shares are of the signal's span (high - low). */
export interface SensorClass {
  /** Seconds between samples. */
  readonly intervalS: number
  /** Standard deviation of the noise, as a share of the span. */
  readonly noise: number
  /** Steps that the display resolves in the span: the resolution is the power of ten at or below span / steps. */
  readonly steps: number
  /** Time constant of the first-order lag, s; 0 for none. */
  readonly lagS: number
  /** How far the calibration wanders in a quarter of a year, standard deviation, as a share of the span. */
  readonly drift: number
  /** A change of less than so many resolution steps is not reported. */
  readonly deadbandSteps: number
}

/** Longest silence of a value that does not change: it is then reported again. */
export const HEARTBEAT_S = 600

/** The instruments of the plant; figures as data sheets of the common makes give them. */
export const SENSORS = {
  /** Pt100 in a thermowell. */
  temperature: { intervalS: 5, noise: 0.0006, steps: 1500, lagS: 12, drift: 0.0008, deadbandSteps: 1 },
  pressure: { intervalS: 1, noise: 0.0012, steps: 1500, lagS: 0.5, drift: 0.0006, deadbandSteps: 1 },
  /** Magnetic-inductive or calorimetric flow meter. */
  flow: { intervalS: 1, noise: 0.002, steps: 1500, lagS: 2, drift: 0.0008, deadbandSteps: 1 },
  level: { intervalS: 5, noise: 0.0008, steps: 1500, lagS: 3, drift: 0.0005, deadbandSteps: 1 },
  speed: { intervalS: 1, noise: 0.0004, steps: 3000, lagS: 0, drift: 0, deadbandSteps: 1 },
  electrical: { intervalS: 1, noise: 0.0008, steps: 2000, lagS: 0.3, drift: 0.0003, deadbandSteps: 1 },
  torque: { intervalS: 1, noise: 0.0015, steps: 1000, lagS: 0.1, drift: 0, deadbandSteps: 1 },
  vibration: { intervalS: 1, noise: 0.002, steps: 1500, lagS: 1, drift: 0.0004, deadbandSteps: 1 },
  position: { intervalS: 1, noise: 0.0005, steps: 1000, lagS: 0, drift: 0.0002, deadbandSteps: 1 },
  weight: { intervalS: 1, noise: 0.0008, steps: 3000, lagS: 0, drift: 0.0003, deadbandSteps: 1 },
  /** Conductivity, concentration, humidity, dew point. */
  analysis: { intervalS: 10, noise: 0.0015, steps: 800, lagS: 20, drift: 0.0015, deadbandSteps: 1 },
  /** A value that the controller knows: no noise. */
  command: { intervalS: 1, noise: 0, steps: 1000, lagS: 0, drift: 0, deadbandSteps: 1 },
  /** A meter's register or a controller's counter: no noise. */
  counter: { intervalS: 10, noise: 0, steps: 1, lagS: 0, drift: 0, deadbandSteps: 1 },
  /** On or off, reported when it changes. */
  contact: { intervalS: 1, noise: 0, steps: 1, lagS: 0, drift: 0, deadbandSteps: 1 },
} as const satisfies Record<string, SensorClass>
