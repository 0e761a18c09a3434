import type { WireSamples } from '@millwright/model/wire/samples.ts'
import { TILE_COLUMNS, tileWindow, type TileId } from './tiles.ts'

export const QUALITY = { good: 0, uncertain: 1, bad: 2 } as const
export type QualityCode = (typeof QUALITY)[keyof typeof QUALITY]

/** Samples in time order. Numbers and booleans (0, 1) in `values`, `NaN` is "no value"; of texts the place in `texts`. */
export interface Points {
  readonly times: Float64Array
  readonly values: Float64Array
  readonly quality: Uint8Array
  /** Of a text signal; places in it are values. */
  readonly texts: readonly string[] | undefined
}

/** A stretch of one signal as it was answered. */
export interface Tile extends Points {
  readonly id: TileId
  readonly fromMs: number
  readonly toMs: number
  /** When it was asked for: what came later is not in it. */
  readonly askedMs: number
  /** Surely all samples of the stretch rather than those that draw the same picture. */
  readonly isWhole: boolean
  /** From here on there was more than one answer holds (texts only); the end of the tile where all is there. */
  readonly completeToMs: number
}

export const NO_POINTS: Points = { times: new Float64Array(0), values: new Float64Array(0), quality: new Uint8Array(0), texts: undefined }

/** A wire answer in columns of numbers. */
export function pointsOf({ times, values, qualities }: Pick<WireSamples, 'times' | 'values' | 'qualities'>, isText: boolean): Points {
  const texts: string[] = []
  const places = new Map<string, number>()
  const place = (text: string) => {
    let known = places.get(text)
    if (known === undefined) places.set(text, (known = texts.push(text) - 1))
    return known
  }
  const numbers = new Float64Array(times.length)
  for (let i = 0; i < numbers.length; i++) {
    const value = values[i] ?? null
    // Infinities travel as text.
    numbers[i] = value === null ? Number.NaN : isText ? place(String(value)) : Number(value)
  }
  const quality = Uint8Array.from(qualities, (word) => (word === 'good' ? QUALITY.good : word === 'uncertain' ? QUALITY.uncertain : QUALITY.bad))
  return { times: Float64Array.from(times), values: numbers, quality, texts: isText ? texts : undefined }
}

/** A tile from its answer. */
export function tileOf(id: TileId, answer: WireSamples, options: { readonly askedMs: number; readonly isText: boolean }): Tile {
  const { fromMs, toMs } = tileWindow(id)
  const points = pointsOf(answer, options.isText)
  const last = points.times.at(-1)
  return {
    ...points,
    id,
    fromMs,
    toMs,
    askedMs: options.askedMs,
    isWhole: holdsAllSamples(points.times, { fromMs, toMs }),
    completeToMs: answer.next === null || last === undefined ? toMs : last,
  }
}

/** Points of a column at most where columns stand for samples (M4). */
const MAX_OF_COLUMN = 4
const FEW_OF_COLUMN = 1.5

/**
 * Whether an answer surely holds every sample of its stretch: M4 gives up to four points for a column, so more in one column are samples as
 * they are; and hardly more than one for each column would be fewer than there are to thin out. In doubt it is taken for thinned.
 */
export function holdsAllSamples(times: Float64Array, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean {
  const columnMs = (toMs - fromMs) / TILE_COLUMNS
  let filled = 0
  let column = -1
  let count = 0
  for (const timeMs of times) {
    const at = Math.floor((timeMs - fromMs) / columnMs)
    count = at === column ? count + 1 : 1
    if (at !== column) filled++
    column = at
    if (count > MAX_OF_COLUMN) return true
  }
  return times.length <= filled * FEW_OF_COLUMN
}

/** The first place whose time is at or after `timeMs`. */
export function placeAt(times: Float64Array, timeMs: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] as number) < timeMs) low = middle + 1
    else high = middle
  }
  return low
}
