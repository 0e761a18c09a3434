import { hasChinese } from './pinyin-initials.ts'
import { BLOCK_TEXTS, type TextPool } from './text-pool.ts'

/** Texts with neighbouring ids in lower case, one behind the other. */
export interface FoldedBlock {
  readonly firstId: number
  readonly folded: string
  /** Where the text of `firstId + i` ends in `folded`; it begins one behind the end before. */
  readonly ends: Uint32Array
  /** Ids of the texts that hold Chinese. */
  readonly chinese: readonly number[]
}

/** Between two texts. No word of a search holds white space, so none is found across it. */
const SEPARATOR = '\n'

/**
 * The texts of a pool as a search needs them: a thousand in one string, through which V8 looks for a word at gigabytes a second, where a call for each
 * text would take a hundred times as long. As much memory as the texts; a block is made again when one of its texts has changed.
 */
export class FoldedTexts {
  readonly #texts: TextPool
  readonly #blocks: FoldedBlock[] = []

  constructor(texts: TextPool) {
    this.#texts = texts
  }

  get blockCount(): number {
    return Math.ceil(this.#texts.size / BLOCK_TEXTS)
  }

  block(index: number): FoldedBlock {
    const known = this.#blocks[index]
    if (this.#texts.takeChanged(index) || known === undefined) return (this.#blocks[index] = this.#fold(index * BLOCK_TEXTS))
    return known
  }

  #fold(firstId: number): FoldedBlock {
    const count = Math.min(BLOCK_TEXTS, this.#texts.size - firstId)
    const ends = new Uint32Array(count)
    const chinese: number[] = []
    const parts: string[] = []
    let length = 0
    for (let i = 0; i < count; i++) {
      const text = this.#texts.text(firstId + i) ?? ''
      const lower = text.toLowerCase()
      if (hasChinese(text)) chinese.push(firstId + i)
      parts.push(lower)
      length += lower.length
      ends[i] = length
      length += SEPARATOR.length
    }
    return { firstId, folded: parts.join(SEPARATOR), ends, chinese }
  }
}
