import type { ValueKind } from '@millwright/model/sample-batch.ts'
import type { SignalShape } from '../../registry/registry.ts'
import { reaching } from './columns.ts'
import type { TextId, TextPool } from './text-pool.ts'

/** Id of a shape in a {@link ShapePool}; 0 is none. */
export type ShapeId = number

const KINDS = ['number', 'boolean', 'text', 'waveform'] as const satisfies readonly ValueKind[]
const ABSENT = Number.NaN
const FIRST_CAPACITY = 256
const EMPTY = 0
const REMOVED = 0xffff_ffff

/**
 * What is said of signals besides their asset, each once: the pressures of a thousand like pumps share one entry of some 60 bytes. Uses are counted, and
 * an entry that nobody uses makes room for the next.
 */
export class ShapePool {
  readonly #texts: TextPool
  #names = new Uint32Array(0)
  #kinds = new Uint8Array(0)
  #units = new Uint32Array(0)
  #descriptions = new Uint32Array(0)
  #lows = new Float64Array(0)
  #highs = new Float64Array(0)
  #deadbands = new Float64Array(0)
  #retentions = new Float64Array(0)
  #uses = new Uint32Array(0)
  readonly #free: ShapeId[] = []
  #next: ShapeId = 1
  /** Open-addressing table of ids by content. */
  #table = new Uint32Array(FIRST_CAPACITY)
  #used = 0
  #count = 0
  readonly #hashed = new Float64Array(4)
  readonly #words = new Uint32Array(this.#hashed.buffer)

  constructor(texts: TextPool) {
    this.#texts = texts
  }

  /** One past the highest id given, for tables by shape. */
  get size(): number {
    return this.#next
  }

  isUsed(id: ShapeId): boolean {
    return (this.#uses[id] ?? 0) > 0
  }

  nameId(id: ShapeId): TextId {
    return this.#names[id] as number
  }

  descriptionId(id: ShapeId): TextId {
    return this.#descriptions[id] as number
  }

  kind(id: ShapeId): ValueKind {
    return KINDS[this.#kinds[id] as number] ?? 'number'
  }

  /** `NaN` where the shape says nothing; so with the other numbers. */
  low(id: ShapeId): number {
    return this.#lows[id] ?? ABSENT
  }

  high(id: ShapeId): number {
    return this.#highs[id] ?? ABSENT
  }

  deadband(id: ShapeId): number {
    return this.#deadbands[id] ?? ABSENT
  }

  retentionDays(id: ShapeId): number {
    return this.#retentions[id] ?? ABSENT
  }

  shape(id: ShapeId): SignalShape {
    const shape: { -readonly [K in keyof SignalShape]: SignalShape[K] } = { name: this.#texts.text(this.nameId(id)) ?? '', kind: this.kind(id) }
    const unit = this.#texts.text(this.#units[id] as number)
    const description = this.#texts.text(this.descriptionId(id))
    const [low, high, deadband, retentionDays] = [this.low(id), this.high(id), this.deadband(id), this.retentionDays(id)]
    if (unit !== undefined) shape.unit = unit
    if (!Number.isNaN(low)) shape.low = low
    if (!Number.isNaN(high)) shape.high = high
    if (description !== undefined) shape.description = description
    if (!Number.isNaN(deadband)) shape.deadband = deadband
    if (!Number.isNaN(retentionDays)) shape.retentionDays = retentionDays
    return shape
  }

  /** The id of a shape, with `uses` more uses. */
  take(shape: SignalShape, uses = 1): ShapeId {
    // Written where the next new shape would be, so that it can be compared and hashed column by column.
    const draft = this.#free.at(-1) ?? this.#next
    this.#write(draft, shape)
    const known = this.#find(draft)
    if (known !== 0) {
      this.#dropTexts(draft)
      this.#uses[known] = (this.#uses[known] as number) + uses
      return known
    }
    if (this.#free.length > 0) this.#free.pop()
    else this.#next++
    this.#uses[draft] = uses
    this.#count++
    this.#insert(draft)
    return draft
  }

  /** Takes back one use. */
  release(id: ShapeId): void {
    const uses = (this.#uses[id] as number) - 1
    this.#uses[id] = uses
    if (uses > 0) return
    this.#table[this.#slotOf(id)] = REMOVED
    this.#count--
    this.#dropTexts(id)
    this.#free.push(id)
  }

  #write(id: ShapeId, shape: SignalShape): void {
    this.#reach(id)
    this.#names[id] = this.#texts.take(shape.name)
    this.#kinds[id] = KINDS.indexOf(shape.kind)
    this.#units[id] = this.#texts.take(shape.unit)
    this.#descriptions[id] = this.#texts.take(shape.description)
    this.#lows[id] = shape.low ?? ABSENT
    this.#highs[id] = shape.high ?? ABSENT
    this.#deadbands[id] = shape.deadband ?? ABSENT
    this.#retentions[id] = shape.retentionDays ?? ABSENT
  }

  #dropTexts(id: ShapeId): void {
    for (const text of [this.#names[id], this.#units[id], this.#descriptions[id]]) this.#texts.release(text as number)
  }

  #find(id: ShapeId): ShapeId {
    const mask = this.#table.length - 1
    for (let at = this.#hash(id) & mask; ; at = (at + 1) & mask) {
      const other = this.#table[at] as number
      if (other === EMPTY) return 0
      if (other !== REMOVED && this.#areEqual(other, id)) return other
    }
  }

  #slotOf(id: ShapeId): number {
    const mask = this.#table.length - 1
    let at = this.#hash(id) & mask
    while (this.#table[at] !== id) at = (at + 1) & mask
    return at
  }

  #insert(id: ShapeId): void {
    if ((this.#used + 1) * 3 > this.#table.length * 2) return this.#rehash()
    const mask = this.#table.length - 1
    let at = this.#hash(id) & mask
    while (this.#table[at] !== EMPTY) at = (at + 1) & mask
    this.#table[at] = id
    this.#used++
  }

  /** Enters all shapes in use anew. */
  #rehash(): void {
    let capacity = FIRST_CAPACITY
    while (capacity < this.#count * 3) capacity *= 2
    this.#table = new Uint32Array(capacity)
    this.#used = 0
    for (let id = 1; id < this.#next; id++) if (this.isUsed(id)) this.#insert(id)
  }

  #areEqual(a: ShapeId, b: ShapeId): boolean {
    return (
      this.#names[a] === this.#names[b] &&
      this.#units[a] === this.#units[b] &&
      this.#descriptions[a] === this.#descriptions[b] &&
      this.#kinds[a] === this.#kinds[b] &&
      Object.is(this.#lows[a], this.#lows[b]) &&
      Object.is(this.#highs[a], this.#highs[b]) &&
      Object.is(this.#deadbands[a], this.#deadbands[b]) &&
      Object.is(this.#retentions[a], this.#retentions[b])
    )
  }

  // Words are mixed as in MurmurHash3 (Appleby, 2011).
  #hash(id: ShapeId): number {
    const [hashed, words] = [this.#hashed, this.#words]
    hashed[0] = this.#lows[id] as number
    hashed[1] = this.#highs[id] as number
    hashed[2] = this.#deadbands[id] as number
    hashed[3] = this.#retentions[id] as number
    let hash = mixed(mixed(mixed(this.#kinds[id] as number, this.#names[id] as number), this.#units[id] as number), this.#descriptions[id] as number)
    for (let i = 0; i < words.length; i++) hash = mixed(hash, words[i] as number)
    hash ^= hash >>> 16
    hash = Math.imul(hash, 0x85eb_ca6b)
    return (hash ^ (hash >>> 13)) >>> 0
  }

  #reach(id: ShapeId): void {
    if (id < this.#names.length) return
    this.#names = reaching(this.#names, id, 0)
    this.#kinds = reaching(this.#kinds, id, 0)
    this.#units = reaching(this.#units, id, 0)
    this.#descriptions = reaching(this.#descriptions, id, 0)
    this.#lows = reaching(this.#lows, id, ABSENT)
    this.#highs = reaching(this.#highs, id, ABSENT)
    this.#deadbands = reaching(this.#deadbands, id, ABSENT)
    this.#retentions = reaching(this.#retentions, id, ABSENT)
    this.#uses = reaching(this.#uses, id, 0)
  }
}

function mixed(hash: number, word: number): number {
  const turned = hash ^ Math.imul((word << 15) | (word >>> 17), 0xcc9e_2d51)
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe654_6b64) | 0
}
