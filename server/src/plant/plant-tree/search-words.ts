import { hasChinese, matchesInitials } from './pinyin-initials.ts'

/** Words of a search that count; what follows them is ignored. One bit each. */
export const MAX_SEARCH_WORDS = 16

const INITIALS = /^[a-z0-9]+$/

interface Word {
  readonly text: string
  /** Of a word that holds a `/`: what a path must end with, and how the name behind it must begin. */
  readonly head: string | undefined
  readonly tail: string
}

/** The words of one search, in any case. A bit per word says whether a text has it. */
export class SearchWords {
  readonly #words: readonly Word[]
  /** The mask of a node that has all words. */
  readonly all: number
  /** Whether a word holds a `/`, and so spans names of a path. */
  readonly haveSpans: boolean

  constructor(search: string) {
    const texts = search.toLowerCase().split(/\s+/).filter((word) => word !== '').slice(0, MAX_SEARCH_WORDS)
    this.#words = texts.map((text) => {
      const cut = text.lastIndexOf('/')
      return { text, head: cut < 0 ? undefined : text.slice(0, cut), tail: text.slice(cut + 1) }
    })
    this.all = 2 ** texts.length - 1
    this.haveSpans = this.#words.some(({ head }) => head !== undefined)
  }

  /** The words that occur in a text, or spell it by its pinyin initials. */
  maskOf(text: string): number {
    const lower = text.toLowerCase()
    let chinese: boolean | undefined
    let mask = 0
    for (let i = 0; i < this.#words.length; i++) {
      const word = (this.#words[i] as Word).text
      const isFound = lower.includes(word) || (INITIALS.test(word) && (chinese ??= hasChinese(text)) && matchesInitials(text, word))
      if (isFound) mask |= 1 << i
    }
    return mask
  }

  /** The spanning words that may end in a name: it begins as they end. */
  tailsOf(name: string): number {
    if (!this.haveSpans) return 0
    const lower = name.toLowerCase()
    let mask = 0
    for (let i = 0; i < this.#words.length; i++) {
      const { head, tail } = this.#words[i] as Word
      if (head !== undefined && lower.startsWith(tail)) mask |= 1 << i
    }
    return mask
  }

  /** Those of the spanning words in `tails` whose other part a path ends with. */
  headsOf(path: string, tails: number): number {
    const lower = path.toLowerCase()
    let mask = 0
    for (let i = 0; i < this.#words.length; i++) {
      if ((tails & (1 << i)) !== 0 && lower.endsWith((this.#words[i] as Word).head ?? '')) mask |= 1 << i
    }
    return mask
  }
}
