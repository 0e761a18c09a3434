/** Where time comes from. Time is an argument everywhere, so that tests turn the hands themselves. */
export interface Clock {
  /** Wall-clock time, microseconds since the epoch. It jumps when somebody sets the clock. */
  nowUs(): number
  /** Milliseconds from an arbitrary origin that never go back: for timers, deadlines and rates. */
  monotonicMs(): number
}

/** The computer's clock. */
export const systemClock: Clock = {
  nowUs: () => Date.now() * 1000,
  monotonicMs: () => performance.now(),
}
