import { readFile, rename, writeFile } from 'node:fs/promises'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

const nodeSchema = Type.Object({ group: Type.String(), node: Type.String(), devices: Type.Array(Type.String()), bornUs: Type.Number(), diedUs: Type.Number() })
const schema = Type.Object({
  version: Type.Literal(1),
  /** Asset path and name of each signal that was online. */
  online: Type.Array(Type.Tuple([Type.String(), Type.String()])),
  /** Edge nodes that were ever born; files of before have none. */
  nodes: Type.Optional(Type.Array(nodeSchema)),
})

export interface SignalPlace {
  readonly assetPath: string
  readonly signal: string
}

/** An edge node as it is remembered; `diedUs` is 0 for one that was online. */
export type RememberedNode = Static<typeof nodeSchema>

/** What is known of edge nodes over a restart. */
export interface Remembered {
  readonly places: readonly SignalPlace[]
  readonly nodes: readonly RememberedNode[]
}

/** The edge nodes that were heard, and the signals of those that are online, in a file, so that after a crash they are known to be stale. */
export class OnlineFile {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** Nothing when there is no file, or none that can be read: births will tell. */
  async load(): Promise<Remembered> {
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    try {
      const value: unknown = JSON.parse(text)
      if (Value.Check(schema, value)) return { places: value.online.map(([assetPath, signal]) => ({ assetPath, signal })), nodes: value.nodes ?? [] }
    } catch {
      // No file, or one that is cut off.
    }
    return { places: [], nodes: [] }
  }

  async save(places: Iterable<SignalPlace>, nodes: readonly RememberedNode[]): Promise<void> {
    const online = Array.from(places, ({ assetPath, signal }) => [assetPath, signal])
    await writeFile(`${this.#file}.new`, JSON.stringify({ version: 1, online, nodes }))
    await rename(`${this.#file}.new`, this.#file)
  }
}
