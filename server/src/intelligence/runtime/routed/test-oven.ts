import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { seededRandom } from '../../algebra/random.ts'

/** A minute of the tests' oven. */
export interface OvenMinute {
  readonly timeUs: number
  readonly recipe: string
  readonly phase: string
  /** Temperature, gas flow. */
  readonly values: readonly [number, number]
}

/** What goes wrong: adds to the temperature, by the batch (from 0), its phase and how far that is. */
export type OvenFault = (batch: number, phase: string, progress: number) => number

/** Minutes of each phase, and where each recipe soaks. */
const PHASES = [['load', 10], ['heat', 40], ['soak', 30], ['cool', 40]] as const
const SOAKS: Readonly<Record<string, number>> = { A7: 180, B2: 140 }

/** An oven that bakes batches of two recipes in turn, two hours each: temperature and gas follow the recipe; each phase lasts a little longer or shorter. Same seed, same batches. */
export function* oven({ seed, fromUs, batches, first = 0, fault = () => 0 }: { readonly seed: number; readonly fromUs: number; readonly batches: number; readonly first?: number; readonly fault?: OvenFault }): Generator<OvenMinute> {
  const random = seededRandom(seed)
  let timeUs = fromUs
  for (let batch = first; batch < first + batches; batch++) {
    const recipe = batch % 2 === 0 ? 'A7' : 'B2'
    const soak = SOAKS[recipe] as number
    for (const [phase, usual] of PHASES) {
      const minutes = usual + Math.round((random() - 0.5) * 0.1 * usual)
      for (let minute = 0; minute < minutes; minute++) {
        const progress = minute / minutes
        const [base, gas] = phase === 'load' ? [40, 0] : phase === 'heat' ? [40 + (soak - 40) * progress, 30] : phase === 'soak' ? [soak, 12] : [soak - (soak - 40) * progress, 0]
        yield { timeUs, recipe, phase, values: [base + 2 * (random() - 0.5) + fault(batch, phase, progress), gas + (random() - 0.5)] }
        timeUs += US_PER_MINUTE
      }
    }
  }
}
