import { readFile, rename, writeFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

const schema = Type.Object({ version: Type.Literal(1), online: Type.Array(Type.Tuple([Type.String(), Type.String()])) })

export interface SignalPlace {
  readonly assetPath: string
  readonly signal: string
}

/** The signals of edge nodes that are online, in a file, so that after a crash they are known to be stale. */
export class OnlineFile {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** Nothing when there is no file, or none that can be read: births will tell. */
  async load(): Promise<SignalPlace[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    try {
      const value: unknown = JSON.parse(text)
      return Value.Check(schema, value) ? value.online.map(([assetPath, signal]) => ({ assetPath, signal })) : []
    } catch {
      return []
    }
  }

  async save(places: Iterable<SignalPlace>): Promise<void> {
    const online = Array.from(places, ({ assetPath, signal }) => [assetPath, signal])
    await writeFile(`${this.#file}.new`, JSON.stringify({ version: 1, online }))
    await rename(`${this.#file}.new`, this.#file)
  }
}
