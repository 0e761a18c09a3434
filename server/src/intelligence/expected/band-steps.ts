import { US_PER_MINUTE } from '@millwright/model/time.ts'

/** Moments judged for one answer at most: each minute of a week. */
export const MOST_MOMENTS = 10_080
/** Minutes between two moments, where a range is too long to judge each. */
const PITCHES = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1_440, 2_880, 10_080]

/** Where a band is judged, and how its moments are put together to steps. */
export interface BandSteps {
  /** End of the first step, a multiple of the step, so that a picture that moves asks for the same steps again. */
  readonly firstUs: number
  readonly pitchUs: number
  /** Moments of a step. */
  readonly moments: number
  readonly steps: number
}

/** At most `points` steps over a range that has passed: whole minutes that are complete by `nowUs`. No steps where nothing has passed yet. */
export function bandSteps({ fromUs, toUs, nowUs, points }: { readonly fromUs: number; readonly toUs: number; readonly nowUs: number; readonly points: number }): BandSteps {
  const endUs = Math.min(toUs, nowUs)
  const minutes = Math.max(0, (endUs - fromUs) / US_PER_MINUTE)
  const pitch = PITCHES.find((each) => minutes / each <= MOST_MOMENTS) ?? (PITCHES.at(-1) as number)
  const moments = Math.max(1, Math.ceil(minutes / pitch / points))
  const stepUs = moments * pitch * US_PER_MINUTE
  const first = Math.floor(fromUs / stepUs) + 1
  return { firstUs: first * stepUs, pitchUs: pitch * US_PER_MINUTE, moments, steps: Math.max(0, Math.floor(endUs / stepUs) - first + 1) }
}
