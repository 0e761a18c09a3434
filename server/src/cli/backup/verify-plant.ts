import type { Plant } from '../../plant/plant.ts'

/** What a check of everything found. */
export interface PlantVerification {
  readonly files: number
  readonly rows: number
  /** What is wrong, with the file's name. */
  readonly problems: readonly string[]
}

/** Reads every file of history, checks the model's database, and names the journal's segments that were set aside. */
export async function verifyPlant(plant: Plant): Promise<PlantVerification> {
  const history = await plant.history.verify()
  const registry = await plant.registry.verify()
  const journal = plant.journalStatus().quarantined
  return {
    files: history.files,
    rows: history.rows,
    problems: [
      ...history.problems.map(({ file, problem }) => `${file}: ${problem}`),
      ...registry.map((problem) => `registry: ${problem}`),
      ...journal.map(({ file, reason }) => `${file}: set aside: ${reason}`),
    ],
  }
}
