import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Sources that decide what a detector or predictor says, and how it is scored. */
const FOLDERS = ['algebra', 'arena', 'detectors', 'forecasts', 'predictors', 'runtime', 'scoring'] as const

/** The first twelve digits of a SHA-256 over the sources that make the arena's numbers, tests left out: the same sources, the same numbers. */
export function codeHash(intelligence = resolve(import.meta.dirname, '..')): string {
  const hash = createHash('sha256')
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(intelligence, folder)).filter((one) => /(?<!\.test|\.bench)\.ts$/.test(one)).toSorted()) hash.update(`${folder}/${name}\0`).update(readFileSync(join(intelligence, folder, name))).update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}
