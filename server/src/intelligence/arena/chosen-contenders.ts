import { MillwrightError } from '../../kernel/error.ts'

/** Those of a list that are named, or the usual ones. @throws MillwrightError NOT_FOUND for a name that is not in it. */
export function chosenContenders<T extends { readonly name: string }>(all: readonly T[], names: readonly string[] | undefined, usual: readonly string[]): readonly T[] {
  return (names ?? usual).map((name) => {
    const found = all.find((one) => one.name === name)
    if (found === undefined) throw new MillwrightError('NOT_FOUND', `there is no detector "${name}" for this collection; there are ${all.map((one) => one.name).join(', ')}`)
    return found
  })
}
