import type { DeadLetter } from '../connectors/sink.ts'
import type { Clock } from '../kernel/clock.ts'

/** A dead letter as it is kept: with its time and, as text, the beginning of what came. */
export interface KeptLetter {
  readonly timeUs: number
  readonly source: string
  readonly where: string
  readonly code: string
  readonly message: string
  readonly count: number
  readonly excerpt: string | undefined
}

/** All that was refused for one reason from one source. */
export interface LetterGroup {
  readonly source: string
  readonly code: string
  readonly count: number
  readonly firstUs: number
  readonly lastUs: number
}

const MAX_LETTERS = 1_000
const MAX_GROUPS = 1_000
const MAX_EXCERPT_BYTES = 512
const MAX_TEXT = 400
/** Letters of one group that are kept in each second; the others are only counted, so that a flood costs little and hides nothing else. */
const LETTERS_PER_GROUP_AND_SECOND = 5

interface Group {
  readonly source: string
  readonly code: string
  count: number
  readonly firstUs: number
  lastUs: number
  second: number
  keptInSecond: number
}

/**
 * What could not be taken: counted completely by source and reason, and kept as a sample, newest last, for people to look at.
 * When the ring is full the oldest letter goes; when there are too many groups the rest are counted under `other`.
 */
export class DeadLetters {
  readonly #clock: Clock
  readonly #ring: KeptLetter[] = []
  #oldest = 0
  readonly #groups = new Map<string, Group>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(letter: DeadLetter): void {
    const timeUs = this.#clock.nowUs()
    const group = this.#group(letter.source, letter.refusal.code, timeUs)
    group.count += letter.count
    group.lastUs = timeUs
    const second = Math.floor(this.#clock.monotonicMs() / 1000)
    if (second !== group.second) {
      group.second = second
      group.keptInSecond = 0
    }
    if (group.keptInSecond >= LETTERS_PER_GROUP_AND_SECOND) return
    group.keptInSecond++
    this.#keep({
      timeUs,
      source: cut(letter.source),
      where: cut(letter.where),
      code: letter.refusal.code,
      message: cut(letter.refusal.message),
      count: letter.count,
      excerpt: excerptText(letter.excerpt),
    })
  }

  /** The newest letters, newest first. */
  latest(limit: number): KeptLetter[] {
    const inOrder = [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)]
    return inOrder.reverse().slice(0, limit)
  }

  /** Everything refused since the start, by source and reason. */
  groups(): LetterGroup[] {
    return [...this.#groups.values()].map(({ source, code, count, firstUs, lastUs }) => ({ source, code, count, firstUs, lastUs }))
  }

  #keep(letter: KeptLetter): void {
    if (this.#ring.length < MAX_LETTERS) {
      this.#ring.push(letter)
      return
    }
    this.#ring[this.#oldest] = letter
    this.#oldest = (this.#oldest + 1) % MAX_LETTERS
  }

  #group(source: string, code: string, timeUs: number): Group {
    const key = `${code} ${source}`
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    if (this.#groups.size >= MAX_GROUPS && source !== 'other') return this.#group('other', code, timeUs)
    const group: Group = { source: cut(source), code, count: 0, firstUs: timeUs, lastUs: timeUs, second: -1, keptInSecond: 0 }
    this.#groups.set(key, group)
    return group
  }
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`
}

function excerptText(excerpt: Uint8Array | string | undefined): string | undefined {
  if (excerpt === undefined) return undefined
  if (typeof excerpt === 'string') return excerpt.slice(0, MAX_EXCERPT_BYTES)
  return new TextDecoder().decode(excerpt.subarray(0, MAX_EXCERPT_BYTES))
}
