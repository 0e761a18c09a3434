import { US_PER_DAY, US_PER_SECOND } from '@millwright/model/time.ts'

/** When the samples of the crash test begin. */
export const CRASH_START_US = Date.UTC(2026, 10, 1) * 1000

/** The samples of a journal entry, always the same for one number: some late, some written again by a later entry. */
export function rowsOfEntry(entry: number): [series: number, timeUs: number, value: number][] {
  return Array.from({ length: 200 }, (_, index) => {
    const late = (entry * 31 + index) % 5 === 0 ? ((entry * 7 + index) % 3) * US_PER_DAY : 0
    const repeated = index % 20 === 0 ? entry - (entry % 4) : entry
    return [index % 4, CRASH_START_US + 3 * US_PER_DAY + (repeated * 200 + index) * US_PER_SECOND - late, entry * 1000 + index]
  })
}
