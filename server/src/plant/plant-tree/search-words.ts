import { hasChinese, matchesInitials } from './pinyin-initials.ts'
import type { TextId, TextPool } from './text-pool.ts'

/** Words of a search that count; what follows them is ignored. */
export const MAX_SEARCH_WORDS = 16

const SEEN = 2 ** 16
const INITIALS = /^[a-z0-9]+$/

/**
 * The words of one search. Each text of the plant is looked at once however many signals bear it, which is why a search over
 * millions of signals costs little more than one over their distinct names.
 */
export class SearchWords {
  readonly #texts: TextPool
  readonly #words: readonly string[]
  readonly #spanning: readonly string[]
  readonly #seen: Uint32Array
  /** The mask of a node that has all words, and the parts of those that span a `/`. */
  readonly all: number

  constructor(texts: TextPool, search: string) {
    this.#texts = texts
    const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '').slice(0, MAX_SEARCH_WORDS)
    this.#spanning = words.filter((word) => word.includes('/'))
    // A path that holds `line1/pump` holds `line1` and `pump`: looked for first, because a path has to be put together to be looked at.
    const parts = this.#spanning.flatMap((word) => word.split('/')).filter((part) => part !== '')
    this.#words = [...words.filter((word) => !word.includes('/')), ...parts].slice(0, MAX_SEARCH_WORDS)
    this.#seen = new Uint32Array(texts.size)
    this.all = 2 ** this.#words.length - 1
  }

  /** A bit per word that occurs in the text. */
  maskOf(id: TextId): number {
    if (id === 0) return 0
    const seen = this.#seen[id] ?? 0
    if (seen !== 0) return seen & (SEEN - 1)
    const mask = this.#look(this.#texts.text(id) ?? '')
    this.#seen[id] = mask | SEEN
    return mask
  }

  /** Whether the words that hold a `/`, and so span names of a path, occur in the path or another text of the node. */
  spansMatch(path: string, others: readonly (string | undefined)[]): boolean {
    if (this.#spanning.length === 0) return true
    const texts = [path, ...others].map((text) => text?.toLowerCase() ?? '')
    return this.#spanning.every((word) => texts.some((text) => text.includes(word)))
  }

  #look(text: string): number {
    const lower = text.toLowerCase()
    let chinese: boolean | undefined
    let mask = 0
    for (const [index, word] of this.#words.entries()) {
      const found = lower.includes(word) || (INITIALS.test(word) && (chinese ??= hasChinese(text)) && matchesInitials(text, word))
      if (found) mask |= 1 << index
    }
    return mask
  }
}
