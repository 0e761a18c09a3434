import { seededRandom } from '../algebra/random.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'
import { binned, binOf, edgesOf } from './feature-bins.ts'
import { growTree, type Tree, treeValue } from './boosted-tree.ts'

/** How boosting is done. */
export interface BoostingSettings {
  readonly trees: number
  readonly leaves: number
  readonly learningRate: number
  readonly minimumRows: number
  readonly shrinkage: number
  /** Part of the rows and of the features that each tree sees. */
  readonly rowPart: number
  readonly featurePart: number
  readonly seed: number
  /** The mean, or a quantile between 0 and 1. */
  readonly aim: 'mean' | number
}

export const BOOSTING_DEFAULTS: BoostingSettings = { trees: 500, leaves: 15, learningRate: 0.05, minimumRows: 20, shrinkage: 1, rowPart: 0.7, featurePart: 0.5, seed: 1, aim: 'mean' }

/** What training tells and listens to. */
export interface TrainingControl {
  /** Aborting ends training before the next tree, with an error STOPPING. */
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, of: number) => void
}

const [KIND, VERSION] = ['gradient-boosting', 1]

/** A trained model: adds the trees' answers to the first guess. The same features, targets, settings and seed give the same model. */
export class BoostedModel {
  readonly #edges: readonly Float64Array[]
  readonly #trees: readonly Tree[]
  readonly #first: number

  constructor(first: number, edges: readonly Float64Array[], trees: readonly Tree[]) {
    this.#first = first
    this.#edges = edges
    this.#trees = trees
  }

  /** How many features a row has. */
  get width(): number {
    return this.#edges.length
  }

  /** The prediction for one row; a feature that is missing is NaN. */
  predict(row: ArrayLike<number>): number {
    const bins = new Uint8Array(this.width)
    for (let feature = 0; feature < bins.length; feature++) bins[feature] = binOf(this.#edges[feature] as Float64Array, row[feature] ?? Number.NaN)
    let sum = this.#first
    for (const tree of this.#trees) sum += treeValue(tree, (feature) => bins[feature] as number)
    return sum
  }

  save(): Uint8Array {
    const into = new StateWriter(KIND, VERSION)
    into.number(this.#first)
    into.integer(this.#edges.length)
    for (const edges of this.#edges) into.numbers(edges)
    into.integer(this.#trees.length)
    for (const tree of this.#trees) for (const numbers of [tree.feature, tree.bin, tree.left, tree.right, tree.value]) into.numbers(Float64Array.from(numbers))
    return into.finish()
  }

  /** @throws MillwrightError CORRUPT_FILE when the bytes are no saved model. */
  static restore(bytes: Uint8Array): BoostedModel {
    const from = new StateReader(bytes, KIND, VERSION)
    const first = from.number()
    const edges = Array.from({ length: Math.min(from.integer(), bytes.length) }, () => from.numbers())
    const trees = Array.from({ length: Math.min(from.integer(), bytes.length) }, () => checked({
      feature: Int32Array.from(from.numbers()), bin: Uint8Array.from(from.numbers()), left: Int32Array.from(from.numbers()), right: Int32Array.from(from.numbers()), value: from.numbers(),
    }, edges.length))
    return new BoostedModel(first, edges, trees)
  }
}

/** A tree whose children stand behind their parents cannot send a row round in circles. */
function checked(tree: Tree, width: number): Tree {
  const size = tree.value.length
  const sound = size > 0 && [tree.feature, tree.bin, tree.left, tree.right].every(({ length }) => length === size) && tree.feature.every((feature, node) => feature < 0 || (feature < width && [tree.left[node], tree.right[node]].every((child) => child !== undefined && child > node && child < size)))
  if (!sound) throw new MillwrightError('CORRUPT_FILE', 'a tree of the saved model is damaged')
  return tree
}

/**
 * Gradient boosting on histograms (Friedman 2001; Ke et al., "LightGBM", 2017), for the mean or a quantile. `features` are columns.
 * @throws MillwrightError BAD_REQUEST without rows or with targets that are no numbers, LIMIT_REACHED when the table is too large, STOPPING when it was aborted.
 */
export function trainBoosting(features: readonly Float64Array[], targets: Float64Array, settings: BoostingSettings = BOOSTING_DEFAULTS, control: TrainingControl = {}): BoostedModel {
  if (targets.length === 0 || features.length === 0) throw new MillwrightError('BAD_REQUEST', 'training needs at least one row and one feature')
  if (!targets.every(Number.isFinite)) throw new MillwrightError('BAD_REQUEST', 'a target is no number; leave such rows out')
  const edges = edgesOf(features)
  const table = binned(features, edges)
  const random = seededRandom(settings.seed)
  const { aim } = settings
  const first = aim === 'mean' ? targets.reduce((sum, target) => sum + target, 0) / targets.length : quantileOf(Float64Array.from(targets), aim)
  const fitted = new Float64Array(table.rows).fill(first)
  const steps = new Float64Array(table.rows)
  const usable = edges.flatMap((edge, feature) => (edge.length > 0 ? [feature] : []))
  const trees: Tree[] = []
  for (let done = 0; done < settings.trees && usable.length > 0; done++) {
    if (control.signal?.aborted === true) throw new MillwrightError('STOPPING', `training was stopped after ${done} of ${settings.trees} trees`)
    for (let row = 0; row < steps.length; row++) {
      const error = (targets[row] as number) - (fitted[row] as number)
      steps[row] = aim === 'mean' ? error : error > 0 ? aim : aim - 1
    }
    const order = Int32Array.from({ length: table.rows }, (_, row) => row).filter(() => random() < settings.rowPart)
    const chosen = usable.filter(() => random() < settings.featurePart)
    const { tree, leaves } = growTree({ table, targets: steps, order, features: chosen.length > 0 ? chosen : usable, settings })
    if (aim !== 'mean') for (const { node, from, to } of leaves) tree.value[node] = quantileOf(Float64Array.from(order.subarray(from, to), (row) => (targets[row] as number) - (fitted[row] as number)), aim)
    for (let node = 0; node < tree.value.length; node++) tree.value[node] = (tree.value[node] as number) * settings.learningRate
    for (let row = 0; row < fitted.length; row++) fitted[row] = (fitted[row] as number) + treeValue(tree, (feature) => (table.columns[feature] as Uint8Array)[row] as number)
    trees.push(tree)
    control.onProgress?.(done + 1, settings.trees)
  }
  return new BoostedModel(first, edges, trees)
}

/** The quantile of values, which are sorted in place; 0 of none. */
export function quantileOf(values: Float64Array, level: number): number {
  values.sort()
  const place = level * (values.length - 1)
  const low = values[Math.floor(place)] ?? 0
  return low + ((values[Math.ceil(place)] ?? low) - low) * (place - Math.floor(place))
}
