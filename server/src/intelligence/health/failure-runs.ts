import { msToUs } from '@millwright/model/time.ts'
import type { WireWords } from '@millwright/model/wire/anomaly.ts'
import type { WireLifeModelFields } from '@millwright/model/wire/health.ts'

/** A machine's life from sound to failed. */
export interface FailureRun {
  readonly asset: string
  readonly fromUs: number
  readonly toUs: number
}

/** A stretch in which a machine was broken: an event is one of no length. */
export interface Failure {
  readonly fromUs: number
  readonly toUs: number
}

/** Steps that a run needs at least to show anything of its end. */
export const FEWEST_STEPS = 20
/** Runs that are learned from at most, the newest. */
export const MOST_RUNS = 1_000

/** The lives of one asset between its failures, the first one from `sinceUs` on; stretches of failure that overlap are one. */
export function runsBetween(asset: string, failures: readonly Failure[], sinceUs: number): FailureRun[] {
  const runs: FailureRun[] = []
  let fromUs = sinceUs
  for (const failure of [...failures].sort((a, b) => a.fromUs - b.fromUs)) {
    if (failure.fromUs > fromUs) runs.push({ asset, fromUs, toUs: failure.fromUs })
    fromUs = Math.max(fromUs, failure.toUs)
  }
  return runs
}

/** Where the present life of an asset began: behind its last failure. Undefined when it never failed. */
export function lastEnd(failures: readonly Failure[]): number | undefined {
  return failures.length === 0 ? undefined : Math.max(...failures.map(({ toUs }) => toUs))
}

/** The failures of an asset that the definition gives by hand. */
export function givenFailures({ runs = [] }: WireLifeModelFields, asset: string): Failure[] {
  return runs.filter((run) => run.asset === asset).map(({ to }) => ({ fromUs: msToUs(to), toUs: msToUs(to) }))
}

/** Parts runs into those that can be used and words on those that cannot. */
export function usableRuns(runs: readonly FailureRun[], { stepUs, nowUs, isKnown }: { readonly stepUs: number; readonly nowUs: number; readonly isKnown: (asset: string) => boolean }): { readonly usable: FailureRun[]; readonly leftOut: WireWords[] } {
  const usable: FailureRun[] = []
  const leftOut: WireWords[] = []
  for (const run of runs) {
    const day = new Date(run.toUs / 1_000).toISOString().slice(0, 10)
    const leave = (en: string, zh: string) => leftOut.push({ en: `${run.asset}, failed ${day}: ${en}`, zh: `${run.asset}，${day} 故障：${zh}` })
    if (!isKnown(run.asset)) leave('the asset is not one of the definition, or lacks one of the signals', '该设备不在定义范围内，或缺少所需信号')
    else if (run.toUs > nowUs) leave('it lies in the future', '时间在未来')
    else if (run.toUs - run.fromUs < FEWEST_STEPS * stepUs) leave(`it is shorter than ${FEWEST_STEPS} steps`, `短于 ${FEWEST_STEPS} 个步长`)
    else usable.push(run)
  }
  return { usable: usable.sort((a, b) => a.toUs - b.toUs).slice(-MOST_RUNS), leftOut: leftOut.slice(0, 100) }
}
