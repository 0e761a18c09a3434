/** Whether two names that people gave themselves are one person's, compared as the server does: without regard to case, width and outer space. */
export function isSameName(one: string, other: string): boolean {
  return one.trim().normalize('NFKC').toLowerCase() === other.trim().normalize('NFKC').toLowerCase()
}
