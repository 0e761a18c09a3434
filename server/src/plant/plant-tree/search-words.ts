import type { FoldedBlock } from './folded-texts.ts'
import { matchesInitials } from './pinyin-initials.ts'
import type { TextPool } from './text-pool.ts'

/** Words of a search that count; what follows them is ignored. One bit each. */
export const MAX_SEARCH_WORDS = 16

const INITIALS = /^[a-z0-9]+$/

interface Word {
  readonly text: string
  readonly bit: number
  readonly canBeInitials: boolean
  /** Of a word that holds a `/`: what the path of the node above ends with, and how the node's name begins. */
  readonly span: { readonly head: string; readonly tail: string } | undefined
}

/** What is known of each text by id: a bit per word. */
export interface TextMasks {
  /** The text has the word, or spells it by its pinyin initials. */
  readonly found: Uint16Array
  /** The text can be the name in which a word with a `/` ends; empty when there is no such word. */
  readonly tails: Uint16Array
  /** The text can be the name above that one. */
  readonly heads: Uint16Array
}

/** The words of one search, in any case. */
export class SearchWords {
  readonly #words: readonly Word[]
  /** The mask of a node that has all words. */
  readonly all: number
  /** Whether a word holds a `/`, and so spans names of a path. */
  readonly haveSpans: boolean

  constructor(search: string) {
    const texts = search.toLowerCase().split(/\s+/).filter((word) => word !== '').slice(0, MAX_SEARCH_WORDS)
    this.#words = texts.map((text, index) => {
      const cut = text.lastIndexOf('/')
      const span = cut < 0 ? undefined : { head: text.slice(0, cut), tail: text.slice(cut + 1) }
      return { text, bit: 1 << index, canBeInitials: INITIALS.test(text), span }
    })
    this.all = 2 ** texts.length - 1
    this.haveSpans = this.#words.some(({ span }) => span !== undefined)
  }

  /** Notes what the texts of a block have; answers what any of them has. */
  look(block: FoldedBlock, texts: TextPool, masks: TextMasks): number {
    let union = 0
    for (const word of this.#words) {
      union |= markOccurrences(block, word, masks.found)
      if (word.canBeInitials) union |= markInitials(block, texts, word, masks.found)
      if (word.span !== undefined) union |= markSpans(block, word.bit, word.span, masks)
    }
    return union
  }

  /** Those of the spanning words in `tails` whose other part a path ends with. */
  headsOf(path: string, tails: number): number {
    const lower = path.toLowerCase()
    let mask = 0
    for (const { bit, span } of this.#words) if ((tails & bit) !== 0 && span !== undefined && lower.endsWith(span.head)) mask |= bit
    return mask
  }
}

function markOccurrences({ folded, ends, firstId }: FoldedBlock, { text, bit }: Word, found: Uint16Array): number {
  let union = 0
  let i = 0
  for (let at = folded.indexOf(text); at >= 0; at = folded.indexOf(text, ends[i])) {
    while ((ends[i] as number) < at + text.length) i++
    found[firstId + i] = (found[firstId + i] as number) | bit
    union = bit
  }
  return union
}

function markInitials({ chinese }: FoldedBlock, texts: TextPool, { text, bit }: Word, found: Uint16Array): number {
  let union = 0
  for (const id of chinese) {
    if (!matchesInitials(texts.text(id) ?? '', text)) continue
    found[id] = (found[id] as number) | bit
    union = bit
  }
  return union
}

function markSpans({ folded, ends, firstId }: FoldedBlock, bit: number, { head, tail }: { readonly head: string; readonly tail: string }, masks: TextMasks): number {
  // Before a `/` the whole name stands, else the end of one.
  const cut = head.lastIndexOf('/')
  const last = head.slice(cut + 1)
  let union = 0
  for (let i = 0, start = 0; i < ends.length; i++) {
    const end = ends[i] as number
    if (end - start >= tail.length && folded.startsWith(tail, start)) {
      masks.tails[firstId + i] = (masks.tails[firstId + i] as number) | bit
      union = bit
    }
    if ((cut < 0 ? end - start >= last.length : end - start === last.length) && folded.endsWith(last, end)) {
      masks.heads[firstId + i] = (masks.heads[firstId + i] as number) | bit
    }
    start = end + 1
  }
  return union
}
