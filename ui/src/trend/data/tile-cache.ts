import { type TimeWindow } from '../time/time-window.ts'
import type { Tile } from './tile.ts'
import { tileMs, tileWindow, type TileId } from './tiles.ts'

/** Most tiles in memory: about 5 KB each. The one that was longest not looked at goes first. */
export const MAX_TILES = 6_000

/** A part of a window and the tile that shows it. */
export interface Cover {
  readonly fromMs: number
  readonly toMs: number
  readonly tile: Tile
}

/** The tiles of one page, by signal, level and place. */
export class TileCache {
  readonly #max: number
  readonly #tiles = new Map<string, Tile>()
  readonly #levels = new Map<string, Map<number, number>>()

  constructor(max = MAX_TILES) {
    this.#max = max
  }

  get size(): number {
    return this.#tiles.size
  }

  get(path: string, id: TileId): Tile | undefined {
    const key = keyOf(path, id)
    const tile = this.#tiles.get(key)
    if (tile === undefined) return undefined
    // A map keeps the order of insertion: what is looked at goes to its end.
    this.#tiles.delete(key)
    this.#tiles.set(key, tile)
    return tile
  }

  put(path: string, tile: Tile): void {
    const key = keyOf(path, tile.id)
    if (!this.#tiles.delete(key)) this.#count(path, tile.id.level, 1)
    this.#tiles.set(key, tile)
    for (const [oldest, { id }] of this.#tiles) {
      if (this.#tiles.size <= this.#max) break
      this.#tiles.delete(oldest)
      this.#count(oldest.slice(oldest.indexOf(' ', oldest.indexOf(' ') + 1) + 1), id.level, -1)
    }
  }

  /** The sharpest picture at hand of each part of a window: tiles of the wanted level, and where there are none, of the level nearest to it. */
  cover(path: string, window: TimeWindow, level: number): Cover[] {
    const levels = [...(this.#levels.get(path)?.keys() ?? [])].sort((a, b) => Math.abs(a - level) - Math.abs(b - level) || a - b)
    const covers: Cover[] = []
    let atMs = window.fromMs
    while (atMs < window.toMs) {
      const tile = this.#tileAt(path, atMs, levels)
      const endMs = tile === undefined ? this.#nextEdge(atMs, level) : Math.min(tile.toMs, this.#sharperFrom(path, tile, atMs, window.toMs, level))
      const toMs = Math.min(endMs, window.toMs)
      if (tile !== undefined) covers.push({ fromMs: atMs, toMs, tile })
      atMs = toMs
    }
    return covers
  }

  #tileAt(path: string, timeMs: number, levels: readonly number[]): Tile | undefined {
    for (const level of levels) {
      const tile = this.get(path, { level, index: Math.floor(timeMs / tileMs(level)) })
      if (tile !== undefined) return tile
    }
    return undefined
  }

  #nextEdge(timeMs: number, level: number): number {
    return tileWindow({ level, index: Math.floor(timeMs / tileMs(level)) }).toMs
  }

  /** Where, under a blurred tile, one of the wanted level begins. */
  #sharperFrom(path: string, tile: Tile, fromMs: number, toMs: number, level: number): number {
    if (tile.id.level === level) return tile.toMs
    const length = tileMs(level)
    const end = Math.min(tile.toMs, toMs)
    for (let index = Math.floor(fromMs / length) + 1; index * length < end; index++) {
      if (this.#tiles.has(keyOf(path, { level, index }))) return index * length
    }
    return tile.toMs
  }

  #count(path: string, level: number, change: 1 | -1): void {
    const levels = this.#levels.get(path) ?? new Map<number, number>()
    this.#levels.set(path, levels)
    const count = (levels.get(level) ?? 0) + change
    if (count > 0) levels.set(level, count)
    else levels.delete(level)
    if (levels.size === 0) this.#levels.delete(path)
  }
}

function keyOf(path: string, { level, index }: TileId): string {
  return `${level} ${index} ${path}`
}
