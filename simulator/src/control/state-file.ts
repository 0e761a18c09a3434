import { readFile, rename, writeFile } from 'node:fs/promises'
import { deserialize, serialize } from 'node:v8'
import type { Plant, PlantSnapshot } from '../plant/plant.ts'

const FORM = 1

interface Saved {
  readonly form: number
  readonly seed: number
  readonly plant: PlantSnapshot
}

/** Writes where the plant stands, so that the next run goes on from there. Keeps the last file while a cut gateway holds samples. */
export async function savePlant(file: string, plant: Plant): Promise<void> {
  if (plant.isHolding) return
  const saved: Saved = { form: FORM, seed: plant.seed, plant: plant.snapshot() }
  await writeFile(`${file}.new`, serialize(saved))
  await rename(`${file}.new`, file)
}

/** Puts the plant where an earlier run of it left; false when there is no such file, or it is of another plant. */
export async function loadPlant(file: string, plant: Plant): Promise<boolean> {
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes === undefined) return false
  try {
    // Our own file; what restore finds wrong with it, it throws.
    const saved = deserialize(bytes) as Saved
    if (saved.form !== FORM || saved.seed !== plant.seed) return false
    plant.restore(saved.plant)
    return true
  } catch {
    return false
  }
}
