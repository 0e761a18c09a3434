import type { SampleBatch } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'
import { AssetWatch, MAX_SIGNALS } from '../runtime/asset-watch.ts'
import type { ArenaRow, Contest } from './arena-table.ts'
import { CpuMeter } from './cpu-meter.ts'
import { planFaults, splitByRecipe, type Placements, type PlannedFault } from './contest-simulator-plan.ts'
import { FoundFaults, type SimulatedFault } from './contest-simulator-score.ts'

/** A signal of the simulated plant. */
export interface SimulatedSignal {
  readonly series: number
  readonly asset: string
  readonly name: string
  readonly kind: string
}

/** The simulated plant as the contest drives it: the command line brings it, since the server does not import the simulator. */
export interface SimulatedPlant {
  readonly signals: readonly SimulatedSignal[]
  readonly nowUs: number
  placements(): Placements
  /** Begins a fault now. */
  inject(fault: PlannedFault): void
  /** Moves on to a time, a sample a minute of each signal, and gives the batches away as they come; they are not kept. */
  step(untilUs: number, take: (batch: SampleBatch) => void): void
  truth(): readonly SimulatedFault[]
}

/** Which plants choices were made on, and which are reported: another seed is another plant with other faults at other times. */
const SEEDS = { tune: [11], report: [21, 22] } as const
/** The first day, a Monday; days without a fault, and days with. */
const [START_US, SOUND_DAYS, FAULT_DAYS] = [Date.UTC(2026, 5, 1) * 1_000, 9, 11]
/** What tells a machine with a recipe, and the seeds of its plans: those of the plants and this. */
const [RECIPE, RECIPE_SEED] = ['recipe', 1_000]
/** The default setting. */
const ALARMS_PER_WEEK = 1

/** The simulator's fault catalogue: the watches of the running platform on plants that break as planned. A few minutes of one core. */
export function simulatorContest(plantOf: (seed: number, startUs: number) => SimulatedPlant): Contest {
  return {
    name: 'simulator',
    declare: () => ({ halves: 'plants by seed: 11 (and 12 while choosing) are the tuning half, 21 and 22 the report half', limits: { 'Millwright, all kinds': 'the default setting: one false alarm a machine and week, which each watch turns into limits by its own sound days' } }),
    run: (_folder, { onProgress } = {}) => {
      const rows: ArenaRow[] = []
      const plants = SEEDS.tune.length + SEEDS.report.length
      let done = 0
      for (const on of ['tune', 'report'] as const) {
        const [found, recipes] = [new FoundFaults(), new FoundFaults()]
        const meter = new CpuMeter()
        let samples = 0
        for (const seed of SEEDS[on]) {
          const run = watchPlant(plantOf(seed, START_US), { seed, found, recipes, meter, onProgress: (part) => onProgress?.((done + part) / plants) })
          done++
          samples += run.samples
        }
        rows.push({ who: 'Millwright, all kinds', on, values: found.total(), costUs: meter.each(samples) })
        for (const { kind, values } of found.kinds()) rows.push({ who: kind, on, values })
        rows.push({ who: 'machine with recipes, all kinds', on, values: recipes.total() })
        for (const { kind, values } of recipes.kinds()) rows.push({ who: `${kind} (recipe)`, on, values })
      }
      return {
        title: `Simulated plant, faults of every kind of its catalogue, ${FAULT_DAYS} days after ${SOUND_DAYS} sound ones`,
        protocol:
          'The watches of the running platform at the default setting (one false alarm a machine and week), a sample a minute. Choices were made on seeds 11 and 12; 21 and 22 were run for the report. Found: an anomaly of the struck machine begins while the fault is there; one that lasts already does not count. ' +
          'Cause: a signal that shows the fault is among the first three named. False: an anomaly begins where neither the machine nor one that feeds it has a fault, nor had one six hours before. Faults of machines that stood are left out. “slow” grows over four to six days. The machine with recipes is planned and scored apart: the other rows are those of the plant without it.',
        columns: [{ name: 'faults', digits: 0 }, { name: 'recall', digits: 3 }, { name: 'delay min', digits: 0 }, { name: 'cause in 3', digits: 3 }, { name: 'false a week', digits: 2 }],
        rows,
      }
    },
  }
}

interface Followed {
  readonly watch: AssetWatch
  readonly close: (endUs: number) => void
}

interface PlantRun {
  readonly seed: number
  readonly found: FoundFaults
  /** Of machines with a recipe. */
  readonly recipes: FoundFaults
  readonly meter: CpuMeter
  onProgress(part: number): void
}

function watchPlant(plant: SimulatedPlant, { seed, found, recipes, meter, onProgress }: PlantRun): { readonly samples: number } {
  const watched = watchesOf(plant.signals, (asset, endUs, names) => (hasRecipe(asset) ? recipeRun : run).tell(asset, endUs, names))
  const withRecipe = new Set(plant.signals.filter(({ name }) => name === RECIPE).map(({ asset }) => asset))
  const hasRecipe = (asset: string) => withRecipe.has(asset)
  const [faultsFromUs, toUs] = [START_US + SOUND_DAYS * US_PER_DAY, START_US + (SOUND_DAYS + FAULT_DAYS) * US_PER_DAY]
  const placements = splitByRecipe(plant.placements(), hasRecipe)
  const plan = [...planFaults(placements.others, { seed, fromUs: faultsFromUs, toUs }), ...planFaults(placements.recipes, { seed: seed + RECIPE_SEED, fromUs: faultsFromUs, toUs })].sort((a, b) => a.beginUs - b.beginUs)
  const runOf = (into: FoundFaults, isWanted: (asset: string) => boolean) => {
    const signals = plant.signals.filter(({ asset }) => isWanted(asset))
    return into.begin(signals, [...new Set(signals.map(({ asset }) => asset))], { fromUs: START_US + 2 * US_PER_DAY, toUs })
  }
  const [run, recipeRun] = [runOf(found, (asset) => !hasRecipe(asset)), runOf(recipes, hasRecipe)]
  let samples = 0
  const take = (batch: SampleBatch) => {
    meter.run(() => feed(watched, batch))
    samples += batch.numbers.length + batch.texts.length
    run.note(batch)
    recipeRun.note(batch)
  }
  for (let untilUs = plant.nowUs + US_PER_HOUR; untilUs <= toUs; untilUs += US_PER_HOUR) {
    while ((plan[0]?.beginUs ?? Number.POSITIVE_INFINITY) < untilUs) {
      const fault = plan.shift()
      if (fault === undefined) break
      plant.step(Math.max(plant.nowUs, fault.beginUs), take)
      plant.inject(fault)
      run.follow(plant.truth().filter(({ asset }) => !hasRecipe(asset)))
      recipeRun.follow(plant.truth().filter(({ asset }) => hasRecipe(asset)))
    }
    plant.step(untilUs, take)
    onProgress((untilUs - START_US) / (toUs - START_US))
  }
  run.finish()
  recipeRun.finish()
  return { samples }
}

interface Places {
  readonly places: ReadonlyMap<number, { readonly followed: Followed; readonly index: number; readonly isState: boolean }>
}

/** A watch for each asset, as the running platform makes them, and where each series goes. */
function watchesOf(signals: readonly SimulatedSignal[], tell: (asset: string, endUs: number, names: readonly string[]) => void): Places {
  const places = new Map<number, { readonly followed: Followed; readonly index: number; readonly isState: boolean }>()
  const nameOf = new Map(signals.map(({ series, name }) => [series, name]))
  for (const asset of new Set(signals.map((signal) => signal.asset))) {
    const own = signals.filter((signal) => signal.asset === asset)
    const numbers = own.filter(({ kind }) => kind === 'number').slice(0, MAX_SIGNALS)
    const states = own.filter(({ kind }) => kind === 'text' || kind === 'boolean')
    if (numbers.length === 0) continue
    const watch = new AssetWatch({ signals: numbers.map(({ series }) => series), states: states.map(({ series }) => series) })
    const close = (endUs: number) => {
      const { step, parts } = watch.closeFrame(endUs, ALARMS_PER_WEEK)
      if (step === 'begins') tell(asset, endUs, parts.slice(0, 3).map(({ series }) => nameOf.get(series) ?? ''))
    }
    for (const [index, { series }] of numbers.entries()) places.set(series, { followed: { watch, close }, index, isState: false })
    for (const [index, { series }] of states.entries()) places.set(series, { followed: { watch, close }, index, isState: true })
  }
  return { places }
}

/** States first, as the stream does it: a frame closes by the numbers. */
function feed({ places }: Places, { numbers, texts, receivedUs }: SampleBatch): void {
  for (let at = 0; at < texts.length; at++) {
    const place = places.get(texts.series[at] as number)
    if (place?.isState === true) place.followed.watch.regimes.add(place.index, texts.timesUs[at] as number, texts.values[at] ?? '')
  }
  for (let at = 0; at < numbers.length; at++) {
    const place = places.get(numbers.series[at] as number)
    if (place === undefined) continue
    const { watch, close } = place.followed
    const [timeUs, value] = [numbers.timesUs[at] as number, numbers.values[at] as number]
    if (place.isState) watch.regimes.add(place.index, timeUs, String(value))
    else watch.frames.add(place.index, timeUs, value, numbers.status[at] as number, Math.max(receivedUs, timeUs), close)
  }
}
