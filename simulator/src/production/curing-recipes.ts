/** How rubber is cured. */
export interface CuringRecipe {
  readonly name: string
  readonly cureC: number
  readonly rampKPerMin: number
  readonly cureS: number
  readonly bar: number
}

/** Recipes of the curing autoclave: natural rubber, nitrile and EPDM, with temperatures, times and pressures as makers of linings give them. */
export const CURING_RECIPES: readonly CuringRecipe[] = [
  { name: 'NR-145', cureC: 145, rampKPerMin: 8, cureS: 24 * 60, bar: 6 },
  { name: 'NBR-155', cureC: 155, rampKPerMin: 9, cureS: 20 * 60, bar: 5 },
  { name: 'EPDM-165', cureC: 165, rampKPerMin: 9, cureS: 16 * 60, bar: 7 },
]
