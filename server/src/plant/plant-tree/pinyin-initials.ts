import { createRequire } from 'node:module'

const FIRST = 0x4e00
const LAST = 0x9fff
const UNKNOWN = 2 ** 31

/** A bit per letter a–z: how the pinyin of a Chinese character may begin, over all its readings. One look-up per character, ever: 84 KB. */
const masks = new Uint32Array(LAST - FIRST + 1).fill(UNKNOWN)

type Pinyin = typeof import('pinyin-pro')['pinyin']
let pinyin: Pinyin | undefined

/** Whether any character of the text is Chinese (CJK unified ideographs). */
export function hasChinese(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= FIRST && code <= LAST) return true
  }
  return false
}

/**
 * Whether `word` (lower-case letters and digits) spells characters of the text that follow each other by their pinyin initials, as
 * `zcwd` does for 轴承温度. A character with several readings answers to each of them; letters and digits stand for themselves.
 */
export function matchesInitials(text: string, word: string): boolean {
  const last = text.length - word.length
  for (let start = 0; start <= last; start++) {
    let length = 0
    while (length < word.length && isInitial(text.charCodeAt(start + length), word.charCodeAt(length))) length++
    if (length === word.length) return true
  }
  return false
}

function isInitial(code: number, letter: number): boolean {
  if (code < FIRST || code > LAST) return code === letter || (code >= 65 && code <= 90 && code + 32 === letter)
  const bit = letter - 97
  return bit >= 0 && bit < 26 && ((initialsOf(code) >>> bit) & 1) === 1
}

function initialsOf(code: number): number {
  const known = masks[code - FIRST] as number
  if (known !== UNKNOWN) return known
  // Loaded at the first search for initials, and not by `import`, because the search cannot wait.
  pinyin ??= (createRequire(import.meta.url)('pinyin-pro') as typeof import('pinyin-pro')).pinyin
  let mask = 0
  for (const reading of pinyin(String.fromCharCode(code), { toneType: 'none', type: 'array', multiple: true })) {
    const bit = reading.charCodeAt(0) - 97
    if (bit >= 0 && bit < 26) mask |= 1 << bit
  }
  masks[code - FIRST] = mask
  return mask
}
