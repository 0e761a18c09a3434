/** Id of a text in a {@link TextPool}; 0 is "no text". */
export type TextId = number

/** Texts whose changes are noted together. */
export const BLOCK_TEXTS = 1_024

/**
 * Every text of the plant model once: names, units, types and descriptions repeat over thousands of like machines.
 * Uses are counted, and a text that nobody uses makes room for the next.
 */
export class TextPool {
  readonly #ids = new Map<string, TextId>()
  readonly #texts: string[] = ['']
  #uses = new Uint32Array(1024)
  readonly #free: TextId[] = []
  readonly #changed = new Set<number>()

  /** One past the highest id given, for tables by text id. */
  get size(): number {
    return this.#texts.length
  }

  /** Whether texts with ids from `block * BLOCK_TEXTS` on have changed since the last time that this was asked. */
  takeChanged(block: number): boolean {
    return this.#changed.delete(block)
  }

  /** The text of an id; undefined for 0. */
  text(id: TextId): string | undefined {
    return id === 0 ? undefined : this.#texts[id]
  }

  /** The id of a text, if it is in use. */
  find(text: string): TextId | undefined {
    return this.#ids.get(text)
  }

  /** The id of a text, with one use more. */
  take(text: string | undefined): TextId {
    if (text === undefined) return 0
    const known = this.#ids.get(text)
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] as number) + 1
      return known
    }
    const id = this.#free.pop() ?? this.#texts.length
    if (id >= this.#uses.length) {
      const uses = new Uint32Array(this.#uses.length * 2)
      uses.set(this.#uses)
      this.#uses = uses
    }
    this.#texts[id] = text
    this.#changed.add(Math.floor(id / BLOCK_TEXTS))
    this.#uses[id] = 1
    this.#ids.set(text, id)
    return id
  }

  /** Takes back one use. */
  release(id: TextId): void {
    if (id === 0) return
    const uses = (this.#uses[id] as number) - 1
    this.#uses[id] = uses
    if (uses > 0) return
    this.#ids.delete(this.#texts[id] as string)
    this.#texts[id] = ''
    this.#changed.add(Math.floor(id / BLOCK_TEXTS))
    this.#free.push(id)
  }
}
