import type { RandomStream } from '../physics/random.ts'
import { shown, type TextOutput } from '../sensors/output.ts'

/** Machine states (PackML, ANSI/ISA-TR88.00.02-2022), the ones that a supervisor sees. */
export type PackMlState = 'execute' | 'idle' | 'suspended' | 'held' | 'stopped' | 'aborted'

/** Why a station does not run; grouped as ISO 22400-2 groups times: planned, external, and the machine's own. */
export type StopReason =
  | '' | 'no_shift' | 'break' | 'changeover' | 'starved' | 'blocked' | 'tool_change' | 'tool_broken' | 'low_air_pressure'
  | 'jam' | 'fallen_bottle' | 'label_roll_change' | 'glue_temperature' | 'film_change' | 'chip_nest' | 'probe_dirty' | 'door_open' | 'waiting_for_operator'

/** What a station remembers of its stopping. */
export interface StationState {
  mode: PackMlState
  reason: StopReason
  /** When a stop of its own ends; 0 when there is none. */
  stopUntilS: number
  stops: number
  stoppedS: number
}

/** A station before its first step. */
export function idleStation(): StationState {
  return { mode: 'idle', reason: '', stopUntilS: 0, stops: 0, stoppedS: 0 }
}

/** A way in which a station stops by itself now and then. */
export interface MinorStop {
  readonly reason: StopReason
  readonly meanS: number
}

/** Sets a state that the surroundings ask for. */
export function rest(state: StationState, mode: PackMlState, reason: StopReason): void {
  state.mode = mode
  state.reason = reason
}

/** Begins a stop of the station's own that lasts `lengthS`. */
export function stopFor(state: StationState, timeS: number, lengthS: number, reason: StopReason): void {
  state.stopUntilS = timeS + lengthS
  state.reason = reason
  state.mode = 'held'
  state.stops++
}

/** Whether a stop of the station's own still lasts. */
export function isHeld(state: StationState, timeS: number): boolean {
  if (state.stopUntilS === 0) return false
  if (timeS < state.stopUntilS) {
    state.mode = 'held'
    return true
  }
  state.stopUntilS = 0
  return false
}

/**
 * Draws whether the station stops by itself in a step in which it runs: on average once in `betweenS`, for a log-normal time
 * about the reason's mean.
 */
export function maybeStop(state: StationState, random: RandomStream, step: { readonly timeS: number; readonly dtS: number }, betweenS: number, stops: readonly MinorStop[]): void {
  if (!random.happens(step.timeS, step.dtS, betweenS)) return
  const stop = random.pick(step.timeS + 1_000_003, stops)
  stopFor(state, step.timeS, stop.meanS * Math.exp(0.5 * random.gaussian(step.timeS + 2_000_003)), stop.reason)
}

/** The two text signals of a station. */
export function stationOutputs(state: StationState): TextOutput[] {
  return [
    shown('state', { en: 'Machine state (PackML)', zh: '设备状态（PackML）' }, () => state.mode),
    shown('stop_reason', { en: 'Reason of the stop', zh: '停机原因' }, () => state.reason),
  ]
}
