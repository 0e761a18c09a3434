/** What a machining centre does at a moment of its cycle, each as a share of the most. */
export interface CuttingPhase {
  readonly cutting: number
  readonly turning: number
  readonly feed: number
  readonly doorOpen: boolean
}

const LOADING: CuttingPhase = { cutting: 0, turning: 0, feed: 0.1, doorOpen: true }
const APPROACH: CuttingPhase = { cutting: 0, turning: 1, feed: 1, doorOpen: false }
const TOOL_SWAP: CuttingPhase = { cutting: 0, turning: 0, feed: 0.6, doorOpen: false }

/** The phases of a cycle by its fraction done: load, approach, rough, swap the tool, finish, unload. */
export function cuttingPhase(fraction: number): CuttingPhase {
  if (fraction < 0.08 || fraction >= 0.92) return LOADING
  if (fraction < 0.13) return APPROACH
  if (fraction >= 0.6 && fraction < 0.65) return TOOL_SWAP
  const pass = 0.5 + 0.5 * Math.sin(fraction * 75)
  if (fraction < 0.6) return { cutting: 0.75 + 0.25 * pass, turning: 1, feed: 0.35 + 0.08 * pass, doorOpen: false }
  return { cutting: 0.26 + 0.08 * pass, turning: 1, feed: 0.22, doorOpen: false }
}
