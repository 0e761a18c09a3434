import { BINS, type BinnedTable } from './feature-bins.ts'

/** A regression tree in arrays; node 0 is the root. A row whose bin of `feature` is at most `bin` goes to `left`. Leaves have feature −1. */
export interface Tree {
  readonly feature: Int32Array
  readonly bin: Uint8Array
  readonly left: Int32Array
  readonly right: Int32Array
  readonly value: Float64Array
}

export interface GrowthSettings {
  readonly leaves: number
  /** Fewest rows of a leaf. */
  readonly minimumRows: number
  /** λ of the leaf's value: as if so many rows more had no error. */
  readonly shrinkage: number
}

interface Leaf {
  readonly node: number
  readonly from: number
  readonly to: number
  readonly sums: Float64Array
  readonly counts: Float64Array
  readonly best: Split | undefined
}

interface Split {
  readonly gain: number
  readonly feature: number
  readonly bin: number
}

/** What a tree is grown on. `order` holds the chosen rows and is rearranged so that each leaf's rows lie together. */
export interface Growth {
  readonly table: BinnedTable
  /** Negative gradients: what the tree shall say. */
  readonly targets: Float64Array
  readonly order: Int32Array
  readonly features: readonly number[]
  readonly settings: GrowthSettings
}

/** A grown tree, and of each leaf its node and rows in `order`. */
export interface Grown {
  readonly tree: Tree
  readonly leaves: readonly { readonly node: number; readonly from: number; readonly to: number }[]
}

/** Grows a tree leaf by leaf, always the leaf whose split gains most (Shi 2007; Ke et al. 2017), from histograms; the larger child's is the parent's less the smaller's. */
export function growTree(growth: Growth): Grown {
  const { order, settings } = growth
  const size = settings.leaves * 2 - 1
  const tree: Tree = { feature: new Int32Array(size).fill(-1), bin: new Uint8Array(size), left: new Int32Array(size), right: new Int32Array(size), value: new Float64Array(size) }
  const first = histogram(growth, 0, order.length)
  const leaves: Leaf[] = [{ node: 0, from: 0, to: order.length, ...first, best: bestSplit(growth, first, order.length) }]
  let nodes = 1
  while (leaves.length < settings.leaves) {
    let pick = -1
    for (let at = 0; at < leaves.length; at++) if (leaves[at]?.best !== undefined && (pick < 0 || (leaves[at]?.best?.gain ?? 0) > (leaves[pick]?.best?.gain ?? 0))) pick = at
    const parent = leaves[pick]
    if (parent?.best === undefined) break
    const { feature, bin } = parent.best
    const middle = partition(growth, parent, feature, bin)
    tree.feature[parent.node] = feature
    tree.bin[parent.node] = bin
    tree.left[parent.node] = nodes
    tree.right[parent.node] = nodes + 1
    const leftSmaller = middle - parent.from <= parent.to - middle
    const small = leftSmaller ? histogram(growth, parent.from, middle) : histogram(growth, middle, parent.to)
    const large = lessOf(parent, small)
    const [left, right] = leftSmaller ? [small, large] : [large, small]
    leaves[pick] = { node: nodes, from: parent.from, to: middle, ...left, best: bestSplit(growth, left, middle - parent.from) }
    leaves.push({ node: nodes + 1, from: middle, to: parent.to, ...right, best: bestSplit(growth, right, parent.to - middle) })
    nodes += 2
  }
  for (const { node, from, to } of leaves) {
    let sum = 0
    for (let at = from; at < to; at++) sum += growth.targets[order[at] as number] as number
    tree.value[node] = sum / (to - from + settings.shrinkage)
  }
  return { tree, leaves }
}

type Histogram = Pick<Leaf, 'sums' | 'counts'>

function histogram({ table, targets, order, features }: Growth, from: number, to: number): Histogram {
  const sums = new Float64Array(features.length * BINS)
  const counts = new Float64Array(features.length * BINS)
  for (let index = 0; index < features.length; index++) {
    const column = table.columns[features[index] as number] as Uint8Array
    const base = index * BINS
    for (let at = from; at < to; at++) {
      const row = order[at] as number
      const slot = base + (column[row] as number)
      sums[slot] = (sums[slot] as number) + (targets[row] as number)
      counts[slot] = (counts[slot] as number) + 1
    }
  }
  return { sums, counts }
}

function lessOf(parent: Histogram, child: Histogram): Histogram {
  for (let slot = 0; slot < parent.sums.length; slot++) {
    parent.sums[slot] = (parent.sums[slot] as number) - (child.sums[slot] as number)
    parent.counts[slot] = (parent.counts[slot] as number) - (child.counts[slot] as number)
  }
  return { sums: parent.sums, counts: parent.counts }
}

function bestSplit({ features, settings }: Growth, { sums, counts }: Histogram, rows: number): Split | undefined {
  const { minimumRows, shrinkage } = settings
  if (rows < 2 * minimumRows) return undefined
  let total = 0
  for (let bin = 0; bin < BINS; bin++) total += sums[bin] as number
  const whole = (total * total) / (rows + shrinkage)
  let best: Split | undefined
  for (let index = 0; index < features.length; index++) {
    let [sum, count] = [0, 0]
    for (let bin = 0; bin < BINS - 1; bin++) {
      const slot = index * BINS + bin
      sum += sums[slot] as number
      count += counts[slot] as number
      if (count < minimumRows) continue
      if (rows - count < minimumRows) break
      if (counts[slot] === 0) continue
      const gain = (sum * sum) / (count + shrinkage) + (total - sum) ** 2 / (rows - count + shrinkage) - whole
      if (gain > (best?.gain ?? 1e-12)) best = { gain, feature: features[index] as number, bin }
    }
  }
  return best
}

/** Puts the rows of a leaf that go left before those that go right, keeping their order; gives the first place of the right ones. */
function partition({ table, order }: Growth, { from, to }: Leaf, feature: number, bin: number): number {
  const column = table.columns[feature] as Uint8Array
  const right: number[] = []
  let middle = from
  for (let at = from; at < to; at++) {
    const row = order[at] as number
    if ((column[row] as number) <= bin) order[middle++] = row
    else right.push(row)
  }
  order.set(right, middle)
  return middle
}

/** What a tree says of a row of bins. */
export function treeValue(tree: Tree, binAt: (feature: number) => number): number {
  let node = 0
  for (let feature = tree.feature[0] as number; feature >= 0; feature = tree.feature[node] as number) {
    node = (binAt(feature) <= (tree.bin[node] as number) ? tree.left[node] : tree.right[node]) as number
  }
  return tree.value[node] as number
}
