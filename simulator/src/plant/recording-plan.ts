/** How often monitored machines send a recording of their vibration, and how long each is. Whole seconds, a multiple of those between samples. */
export interface RecordingPlan {
  readonly everyS: number
  readonly seconds: number
}

/** Points are a power of two (2¹⁴ at 25.6 kHz), and lines of a spectrum 1.6 Hz apart: enough for the cage of a slow pump. */
const RECORDING_S = 0.64

/** Types of machines with a vibration monitor on the drive-end bearing. */
export const MONITORED_TYPES: ReadonlySet<string> = new Set(['centrifugal_pump'])

/** Of the present, unless said otherwise: five minutes are usual for wired monitors. */
export const DEFAULT_RECORDING_S = 300
/** Of the past: as rare as still shows as one line, on the grid of its coarse part. */
export const PAST_RECORDINGS: RecordingPlan = { everyS: 840, seconds: RECORDING_S }

/** A recording every so many seconds; none for 0. Throws RangeError for what is no whole number of seconds. */
export function recordingPlan(everyS: number): RecordingPlan | undefined {
  if (!Number.isInteger(everyS) || everyS < 0 || (everyS > 0 && everyS < 5)) throw new RangeError(`recordings are made every 5 s at most, or never (0), not every ${everyS} s`)
  return everyS === 0 ? undefined : { everyS, seconds: RECORDING_S }
}
