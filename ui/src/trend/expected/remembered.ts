import { EXPECTED, type Expected } from '../view/trend-view.ts'

const KEY = 'millwright.trend.expected'

/** What this person last chose to see of what is expected; an address that says it is stronger. */
export function rememberedExpected(): Expected | undefined {
  try {
    const kept = localStorage.getItem(KEY)
    return EXPECTED.find((each) => each === kept && each !== 'ahead')
  } catch {
    return undefined
  }
}

/** Keeps the choice for the next trend. A forecast belongs to one picture and is not kept. */
export function rememberExpected(expected: Expected | undefined): void {
  if (expected === 'ahead') return
  try {
    if (expected === undefined) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, expected)
  } catch {
    // Storage is closed: the next trend begins without.
  }
}
