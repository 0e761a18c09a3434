/** Waits; for loads that keep a rhythm, never for something to come true. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Looks every 50 ms until it holds; throws when it does not within `seconds`. */
export async function until(what: string, holds: () => Promise<boolean>, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1_000
  while (performance.now() < end) {
    if (await holds()) return
    await pause(50)
  }
  throw new Error(`not within ${seconds} s: ${what}`)
}
