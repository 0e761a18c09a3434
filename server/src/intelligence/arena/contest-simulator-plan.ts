import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'
import { seededRandom } from '../algebra/random.ts'

/** A fault as the simulated plant is asked for it. */
export interface PlannedFault {
  readonly kind: string
  readonly target: string
  readonly variant: string
  readonly beginUs: number
  readonly endUs: number
  /** Time in which it grows to its full severity; the kind's own where absent. */
  readonly rampS?: number
}

/** Where each kind of fault can be put. */
export type Placements = Readonly<Record<string, readonly { readonly target: string; readonly variants: readonly string[] }[]>>

/** Faults of each kind in a plan, and slow ones of each kind that is also slow in life. */
const [EACH, EACH_SLOW] = [4, 2]
/** How long a fault lasts, and how long its asset is left alone afterwards: heat and drift need their time. */
const [LASTS_US, REST_US] = [12 * US_PER_HOUR, 12 * US_PER_HOUR]
/** Wear that grows over days, and how long it lasts at most: the question is whether it is learned along. */
const SLOW: ReadonlyMap<string, number> = new Map([['bearing_wear', 6], ['clogged_filter', 5], ['sensor_drift', 4]])
/** Kinds that strike a gateway, not a machine: the stream's own tests are about them. */
const OF_GATEWAYS: ReadonlySet<string> = new Set(['network_cut', 'clock_jump'])
/** Faults that only the course of a recipe gives away. A machine with a recipe is struck by nothing else: what else can strike it, strikes others too. */
const OF_RECIPES: ReadonlySet<string> = new Set(['heater_failure', 'slow_ramp', 'seal_leak'])
/** Places that are tried for one fault. */
const TRIES = 200

/** Which asset a target belongs to: a machine's path, `path:part`, or a sensor's path. */
export function assetOfTarget(kind: string, target: string): string {
  const path = target.split(':')[0] ?? target
  return kind.startsWith('sensor_') ? path.slice(0, path.lastIndexOf('/')) : path
}

/** Which places belong to machines with a recipe, and which to the others: they are planned apart, so that the plan of the others is the same with and without them. Kinds without a place are left out. */
export function splitByRecipe(placements: Placements, hasRecipe: (asset: string) => boolean): { readonly others: Placements; readonly recipes: Placements } {
  const of = (isWanted: (kind: string, target: string) => boolean): Placements =>
    Object.fromEntries(Object.entries(placements).map(([kind, places]) => [kind, places.filter(({ target }) => isWanted(kind, target))] as const).filter(([, places]) => places.length > 0))
  return { others: of((kind, target) => !hasRecipe(assetOfTarget(kind, target))), recipes: of((kind, target) => OF_RECIPES.has(kind) && hasRecipe(assetOfTarget(kind, target))) }
}

/**
 * Faults of every kind of the catalogue at places and times drawn from the seed alone, between `fromUs` and `toUs`: the kind's own severity and growth, one fault
 * an asset at a time. Nothing in it knows what a detector will say.
 */
export function planFaults(placements: Placements, { seed, fromUs, toUs }: { readonly seed: number; readonly fromUs: number; readonly toUs: number }): PlannedFault[] {
  const random = seededRandom(seed)
  const taken = new Map<string, [number, number][]>()
  const plan: PlannedFault[] = []
  const put = (kind: string, lastsUs: number, rampS: number | undefined) => {
    const places = placements[kind] ?? []
    for (let tries = 0; tries < TRIES; tries++) {
      const place = places[Math.floor(random() * places.length)]
      if (place === undefined) return
      const variant = place.variants[Math.floor(random() * place.variants.length)] ?? ''
      const beginUs = Math.floor((fromUs + random() * (toUs - fromUs - lastsUs)) / 60e6) * 60e6
      const endUs = beginUs + lastsUs
      const asset = assetOfTarget(kind, place.target)
      const others = taken.get(asset) ?? []
      if (others.some(([from, to]) => beginUs < to + REST_US && endUs > from - REST_US)) continue
      taken.set(asset, [...others, [beginUs, endUs]])
      plan.push({ kind, target: place.target, variant, beginUs, endUs, ...(rampS !== undefined && { rampS }) })
      return
    }
  }
  const kinds = Object.keys(placements).filter((kind) => !OF_GATEWAYS.has(kind)).sort()
  // The long ones first, while there is room for them.
  for (const [kind, days] of SLOW) for (let count = 0; count < EACH_SLOW; count++) put(kind, (days + 1) * US_PER_DAY, days * 86_400)
  for (let count = 0; count < EACH; count++) for (const kind of kinds) put(kind, LASTS_US, undefined)
  return plan.sort((a, b) => a.beginUs - b.beginUs)
}
