import type { SimulatedPlant } from '../intelligence/arena/contest-simulator.ts'

/** Brings the simulated plant to the arena. The simulator is loaded only when it is asked for: an installation may be without it. */
export async function simulatedPlants(): Promise<(seed: number, startUs: number) => SimulatedPlant> {
  const { HISTORY, Plant } = await import('@millwright/simulator/src/plant/plant.ts')
  return (seed, startUs) => {
    const plant = new Plant({ seed, startUs })
    return {
      signals: plant.signals,
      get nowUs() {
        return plant.nowUs
      },
      placements: () => plant.placements(),
      inject: (fault) => {
        const outcome = plant.inject(fault)
        if (outcome.status === 'refused') throw new Error(`BUG: the plan asks for ${fault.kind} at ${fault.target}: ${outcome.problem.message}`)
      },
      step: (untilUs, take) => plant.step(untilUs, { write: (_gateway, batch) => take(batch) }, HISTORY),
      truth: () => plant.truth(),
    }
  }
}
