/**
 * The name that was probably meant by `wrong`: the one with the smallest edit distance (insert, delete, replace, swap of neighbours),
 * if it is near enough to be a slip. Case and the separators `-`, `_` do not count.
 */
export function nearestName(wrong: string, names: Iterable<string>): string | undefined {
  const sought = folded(wrong).slice(0, MAX_LENGTH)
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(sought.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(sought, folded(name).slice(0, MAX_LENGTH))
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** `; did you mean "x"?`, or nothing when no name is near. */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const near = nearestName(wrong, names)
  return near === undefined ? '' : `; did you mean "${near}"?`
}

/** Longer names are compared by their beginning, so that a hostile name costs nothing. */
const MAX_LENGTH = 80

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

/** Optimal string alignment distance (Damerau 1964, restricted to adjacent swaps). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
