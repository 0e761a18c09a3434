/** Taylor's equation V * T^n = C: V in m/min, T in minutes (F. W. Taylor, "On the art of cutting metals", 1907; ISO 3685). */
export interface TaylorTool {
  readonly n: number
  readonly c: number
}

/** Minutes of cutting that a tool lasts at a cutting speed. */
export function toolLifeMinutes(tool: TaylorTool, speedMMin: number): number {
  return Math.pow(tool.c / speedMMin, 1 / tool.n)
}

/** How much more force a worn tool needs: flank wear of the whole life adds 45 %. */
export function wearForce(wear: number): number {
  return 1 + 0.45 * wear
}
