import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { HEAD_BYTES } from './detect.ts'
import { readHead, type Checkpoint } from './row-source.ts'

const savedSchema = Type.Object({ file: Type.String(), identity: Type.String(), offset: Type.Integer({ minimum: 0 }), line: Type.Integer({ minimum: 1 }) })

/**
 * Where an import stood, kept in the data folder until it is done, so that the same command goes on after a break. It holds for this file as it is
 * (size, time of change, beginning) and these options; anything else begins again, which does no harm: the later write of a time wins.
 */
export class ImportPosition {
  readonly #folder: string
  readonly #path: string
  readonly #file: string
  readonly #identity: string

  private constructor(folder: string, file: string, identity: string) {
    this.#folder = folder
    this.#file = file
    this.#identity = identity
    this.#path = join(folder, `${createHash('sha256').update(file).digest('hex').slice(0, 32)}.json`)
  }

  static async of(dataFolder: string, file: string, options: unknown): Promise<ImportPosition> {
    const { size, mtimeMs } = await stat(file)
    const hash = createHash('sha256').update(JSON.stringify([size, mtimeMs, options])).update(await readHead(file, HEAD_BYTES))
    return new ImportPosition(join(dataFolder, 'imports'), resolve(file), hash.digest('hex'))
  }

  /** Where to go on; undefined when there is nothing to go on with. */
  load(): Checkpoint | undefined {
    try {
      const saved: unknown = JSON.parse(readFileSync(this.#path, 'utf8'))
      return Check(savedSchema, saved) && saved.identity === this.#identity ? { offset: saved.offset, line: saved.line } : undefined
    } catch {
      // Absent or damaged: the import begins again, with the same result.
      return undefined
    }
  }

  save({ offset, line }: Checkpoint): void {
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(`${this.#path}.new`, JSON.stringify({ file: this.#file, identity: this.#identity, offset, line }))
    renameSync(`${this.#path}.new`, this.#path)
  }

  /** The import is done. */
  clear(): void {
    rmSync(this.#path, { force: true })
  }
}
