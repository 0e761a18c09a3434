import { open, readFile, rename } from 'node:fs/promises'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

const schema = Type.Object({
  version: Type.Literal(1),
  /** The number of the last CONNECT (Sparkplug 3.0, 6.4.4). */
  bdSeq: Type.Integer({ minimum: 0, maximum: 255 }),
  /** Up to here in the journal all was delivered. */
  position: Type.Number({ minimum: 0 }),
})
export type SavedPlace = Omit<Static<typeof schema>, 'version'>

/** What an edge node remembers over restarts, in a small file that is whole at any moment. */
export class PlaceFile {
  readonly #file: string
  #last: Promise<void> = Promise.resolve()

  constructor(file: string) {
    this.#file = file
  }

  /** Undefined when there is no file, or none that can be read: then it begins anew. */
  async load(): Promise<SavedPlace | undefined> {
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    try {
      const value: unknown = JSON.parse(text)
      return Value.Check(schema, value) ? { bdSeq: value.bdSeq, position: value.position } : undefined
    } catch {
      return undefined
    }
  }

  /** Settles when it is on disk. Saves take turns; one that fails does not keep the next from its own. */
  save(place: SavedPlace): Promise<void> {
    const saving = this.#last.then(() => this.#write(place))
    this.#last = saving.catch(() => undefined)
    return saving
  }

  async #write(place: SavedPlace): Promise<void> {
    const file = await open(`${this.#file}.new`, 'w')
    try {
      await file.writeFile(JSON.stringify({ version: 1, ...place }))
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(`${this.#file}.new`, this.#file)
  }
}
