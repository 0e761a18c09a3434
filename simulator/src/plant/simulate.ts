import type { SampleBatch } from '@millwright/model/sample-batch.ts'
import { US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { FaultRequest } from '../faults/fault-engine.ts'
import { HISTORY, LIVE, Plant, type Resolution } from './plant.ts'

/** A past to be made. */
export interface SimulateOptions {
  readonly seed: number
  readonly fromUs: number
  readonly toUs: number
  /** How finely; {@link HISTORY} where absent. */
  readonly resolution?: Resolution
  /** The end of the past is made at full rate: so much of it. */
  readonly liveUs?: number
  /** Faults by plan, each with its times. */
  readonly faults?: readonly FaultRequest[]
}

/** What a gateway sent. The batch is the receiver's own. */
export interface GatewayBatch {
  readonly gateway: string
  readonly batch: SampleBatch
}

/** Makes a past, slice by slice, as fast as it is taken. Returns the plant as it stands at the end, to go on from. */
export function* simulate(options: SimulateOptions): Generator<GatewayBatch, Plant> {
  const { seed, fromUs, toUs, resolution = HISTORY, liveUs = 0 } = options
  const plant = new Plant({ seed, startUs: fromUs })
  for (const fault of options.faults ?? []) {
    const outcome = plant.inject(fault)
    if (outcome.status === 'refused') throw new RangeError(`fault ${fault.kind} at ${fault.target}: ${outcome.problem.field} ${outcome.problem.message}`)
  }
  yield* stretch(plant, Math.max(fromUs, toUs - liveUs), resolution, US_PER_HOUR)
  yield* stretch(plant, toUs, LIVE, US_PER_MINUTE)
  return plant
}

/** One slice at a time; batches are copied out of the gateways' memory, which the next step writes over. */
function* stretch(plant: Plant, untilUs: number, resolution: Resolution, sliceUs: number): Generator<GatewayBatch> {
  for (let nextUs = plant.nowUs; nextUs < untilUs; ) {
    nextUs = Math.min(untilUs, nextUs + sliceUs)
    const taken: GatewayBatch[] = []
    plant.step(nextUs, { write: (gateway, batch) => taken.push({ gateway, batch: copyBatch(batch) }) }, resolution)
    yield* taken
  }
}

function copyBatch({ receivedUs, numbers, texts, waveforms }: SampleBatch): SampleBatch {
  const upTo = numbers.length
  return {
    receivedUs,
    numbers: { length: upTo, series: numbers.series.slice(0, upTo), timesUs: numbers.timesUs.slice(0, upTo), values: numbers.values.slice(0, upTo), status: numbers.status.slice(0, upTo) },
    texts: { ...texts, series: texts.series.slice(), timesUs: texts.timesUs.slice(), status: texts.status.slice(), values: [...texts.values] },
    waveforms: { ...waveforms, values: [...waveforms.values] },
  }
}
