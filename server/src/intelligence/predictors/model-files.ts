import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Trained models as files of a folder, by their ids; whole or not there. */
export class ModelFiles {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<ModelFiles> {
    await mkdir(folder, { recursive: true })
    return new ModelFiles(folder)
  }

  async put(id: string, bytes: Uint8Array): Promise<void> {
    const file = this.#fileOf(id)
    await writeFile(`${file}.new`, bytes, { flush: true })
    await rename(`${file}.new`, file)
  }

  /** Rejects with the file system's error where it is not there. */
  async read(id: string): Promise<Uint8Array> {
    return await readFile(this.#fileOf(id))
  }

  async remove(id: string): Promise<void> {
    await rm(this.#fileOf(id), { force: true })
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id.replaceAll(/[^\w-]/g, '_')}.model`)
  }
}
