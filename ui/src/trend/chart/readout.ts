import type { Reading } from '../data/value-at.ts'

/** What the legend shows of a moment. */
export interface Readout {
  /** The moment under the pointer, else the first cursor, else the end of the picture. */
  readonly atMs: number
  readonly isPointed: boolean
  readonly at: ReadonlyMap<string, Reading | undefined>
  readonly a: { readonly timeMs: number; readonly readings: ReadonlyMap<string, Reading | undefined> } | undefined
  readonly b: { readonly timeMs: number; readonly readings: ReadonlyMap<string, Reading | undefined> } | undefined
  readonly earlier: ReadonlyMap<string, Reading | undefined> | undefined
}

export const NO_READOUT: Readout = { atMs: 0, isPointed: false, at: new Map(), a: undefined, b: undefined, earlier: undefined }

/** A value outside of React that components follow. */
export class Watched<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get = (): T => this.#value

  set(value: T): void {
    this.#value = value
    for (const listener of this.#listeners) listener()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
