/** Whether two names that people give themselves are the same, compared as people would. */
export function sameName(one: string, other: string): boolean {
  return one.trim().normalize('NFKC').toLowerCase() === other.trim().normalize('NFKC').toLowerCase()
}
