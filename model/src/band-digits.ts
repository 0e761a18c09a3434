/** Decimals that tell the ends of a band apart, and no more: a hundredth of its width; two where it has none. Values beside a band are shown with as many. */
export function bandDigits(low: number, high: number): number {
  const width = high - low
  return width > 0 ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(width)))) : 2
}
