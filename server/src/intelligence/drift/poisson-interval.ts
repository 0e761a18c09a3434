/** The 95 % interval of a Poisson count (Garwood 1936, Biometrika 28, by Wilson and Hilferty's approximation of chi-squared). The count may be a halved one. */
export function poissonInterval(count: number): { readonly low: number; readonly high: number } {
  return { low: count <= 0 ? 0 : chiSquared(-1.959964, 2 * count) / 2, high: chiSquared(1.959964, 2 * count + 2) / 2 }
}

/** The quantile of a normal value `z` away from the middle. */
function chiSquared(z: number, freedom: number): number {
  const share = 2 / (9 * freedom)
  return freedom * Math.max(0, 1 - share + z * Math.sqrt(share)) ** 3
}
