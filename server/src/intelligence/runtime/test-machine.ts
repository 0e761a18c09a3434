import { US_PER_SECOND } from '@millwright/model/time.ts'

/** A sample of the tests' machine: `signal` counts its numeric signals, or is `state`. */
export interface MachineSample {
  readonly signal: number | 'state'
  readonly timeUs: number
  readonly value: number | string
}

export interface MachineOptions {
  readonly seed: number
  readonly fromUs: number
  readonly minutes: number
  /** Seconds between two samples of a signal. */
  readonly everySeconds?: number
  /** Adds to the bearing's temperature, by the minute. */
  readonly fault?: (minute: number) => number
  /** Minutes in which it stands. */
  readonly stands?: (minute: number) => boolean
}

/** Names of the numeric signals, in their order. */
export const MACHINE_SIGNALS = ['load', 'power', 'bearing_temperature', 'flow', 'hours'] as const

/** A small pump for tests: power, flow and bearing temperature follow its load, each with noise of its own; hours only grow. Same seed, same samples. */
export function* machine({ seed, fromUs, minutes, everySeconds = 60, fault = () => 0, stands = () => false }: MachineOptions): Generator<MachineSample> {
  const random = generator(seed)
  const noise = () => random() + random() + random() - 1.5
  let load = 50
  let before = ''
  for (let at = 0; at < minutes * 60; at += everySeconds) {
    const minute = at / 60
    const timeUs = fromUs + at * US_PER_SECOND
    const isStanding = stands(minute)
    load += (50 - load) * 0.02 + noise()
    const state = isStanding ? 'idle' : 'execute'
    if (state !== before) yield { signal: 'state', timeUs, value: state }
    before = state
    const running = isStanding ? 0 : 1
    const values = [running * load + 0.05 * noise(), running * (2 + load * 0.1) + 0.05 * noise(), 20 + running * load * 0.4 + 0.3 * noise() + fault(minute), running * load * 1.5 + 0.4 * noise(), fromUs / US_PER_SECOND / 3_600 + minute / 60]
    for (const [signal, value] of values.entries()) yield { signal, timeUs, value }
  }
}

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
