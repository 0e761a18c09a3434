import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { latin1Text } from './latin1-text.ts'
import { Needle } from './needle.ts'

/** Signals whose series a shape remembers at most; those beyond it are taken the slow way. */
export const MAX_SHAPE_SIGNALS = 4096
/** Names that mean something in a message; a signal of such a name is always read the slow way. */
const RESERVED: ReadonlySet<string> = new Set(['ts', 'values', 'quality', 'path'])

const QUOTE = 0x22
const utf8 = new TextEncoder()

/** A signal of an asset as it occurs in messages: the bytes of its name, and the series that it means. */
export class ShapeSignal {
  /** The name with its closing quote. */
  readonly name: Needle
  readonly series: SeriesId
  readonly kind: ValueKind
  /** The message in which it occurred last, to see a name that stands twice. */
  seen = 0
  /** The signal that followed it last time. */
  next: ShapeSignal | undefined

  constructor(name: Uint8Array, series: SeriesId, kind: ValueKind) {
    this.name = new Needle(name, QUOTE)
    this.series = series
    this.kind = kind
  }
}

/** What is known of the messages about one asset: machines say the same names in the same order again and again. */
export class MessageShape {
  readonly assetPath: string
  /** The sink's generation in which the series hold. */
  generation = -1
  /** The signal that began the last message. */
  first: ShapeSignal | undefined
  #signals: Map<string, ShapeSignal> | undefined

  constructor(assetPath: string) {
    this.assetPath = assetPath
  }

  /** Forgets all series when the sink says that they may no longer hold. */
  renew(generation: number): void {
    if (this.generation === generation) return
    this.generation = generation
    this.first = undefined
    this.#signals = undefined
  }

  /** Remembers a signal, if there is room and its name stands in JSON as it is. */
  learn(signal: string, series: SeriesId, kind: ValueKind): void {
    if (RESERVED.has(signal) || signal.includes('"') || kind === 'waveform') return
    const name = utf8.encode(signal)
    const key = latin1Text(name, 0, name.length)
    this.#signals ??= new Map()
    if (this.#signals.size < MAX_SHAPE_SIGNALS && !this.#signals.has(key)) this.#signals.set(key, new ShapeSignal(name, series, kind))
  }

  /** The signal whose name is `bytes[start, end)`. */
  find(bytes: Uint8Array, start: number, end: number): ShapeSignal | undefined {
    return this.#signals?.get(latin1Text(bytes, start, end))
  }
}
