import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../kernel/error.ts'
import type { ArenaTable, Contest } from './arena-table.ts'
import { chosenContests, runContest } from './arena.ts'
import { scoreBrought, type BroughtModel } from './brought-model.ts'
import { simulatorContest, type SimulatedPlant } from './contest-simulator.ts'

/** What the thread is told. */
export interface ArenaTask {
  readonly contest: string
  /** Of the recorded data. */
  readonly folder: string
  readonly detectors?: readonly string[]
  readonly model?: BroughtModel
  /** Address of the script that brings the simulated plant. */
  readonly plants?: string
}

/** What it answers: its progress, and once what came out. */
export type ArenaAnswer = { readonly progress: number } | { readonly table: ArenaTable } | { readonly reason: string }

interface PlantScript {
  readonly simulatedPlants: () => Promise<(seed: number, startUs: number) => SimulatedPlant>
}

/** Progress that is worth telling. */
const STEP = 0.01

// Our own main thread wrote it.
const task = workerData as ArenaTask
const say = (answer: ArenaAnswer) => parentPort?.postMessage(answer)
let told = 0
const onProgress = (progress: number) => {
  if (progress < told + STEP) return
  told = progress
  say({ progress })
}

try {
  const { folder, detectors, model } = task
  const contest = await contestOf(task)
  const brought = model === undefined ? undefined : await scoreBrought(contest, folder, model, undefined, (part) => onProgress(0.9 * part))
  say({ table: runContest(contest, folder, { ...(detectors !== undefined && { detectors }), ...(brought !== undefined && { brought }), ...(brought === undefined && { onProgress }) }) })
} catch (thrown) {
  say({ reason: messageOf(thrown) })
}

async function contestOf({ contest, plants }: ArenaTask): Promise<Contest> {
  if (contest === 'simulator' && plants !== undefined) {
    const script = (await import(plants)) as PlantScript
    return simulatorContest(await script.simulatedPlants())
  }
  const [found] = chosenContests([contest])
  if (found === undefined) throw new Error('BUG: a collection by name was not found')
  return found
}
