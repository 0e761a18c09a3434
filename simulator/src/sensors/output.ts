import { SENSORS, type SensorClass } from './sensor-class.ts'

/** The same said in English and in Chinese. */
export interface Words {
  readonly en: string
  readonly zh: string
}

/** A number or a boolean (0 or 1) that a machine shows to a sensor. */
export interface NumberOutput {
  readonly kind: 'number' | 'boolean'
  readonly name: string
  readonly words: Words
  /** UCUM code. */
  readonly unit?: string
  /** What the instrument can show. */
  readonly low?: number
  readonly high?: number
  /** What a sound machine shows, where that is narrower. */
  readonly expected?: readonly [number, number]
  readonly sensor: SensorClass
  /** Smallest step that is shown. */
  readonly resolution: number
  /** The truth now, in the output's unit. */
  readonly read: () => number
}

/** A text that a machine's controller shows: a state, an order, a name. */
export interface TextOutput {
  readonly kind: 'text'
  readonly name: string
  readonly words: Words
  readonly read: () => string
}

export type Output = NumberOutput | TextOutput

/** A measured quantity: name, unit, range, words, the instrument and the truth that it sees. */
export function measured(name: string, unit: string, range: readonly [number, number], words: Words, sensor: SensorClass, read: () => number): NumberOutput {
  const [low, high] = range
  const resolution = Math.pow(10, Math.floor(Math.log10((high - low) / sensor.steps) + 1e-9))
  return { kind: 'number', name, unit, low, high, words, sensor, resolution, read }
}

/** The same quantity, of a machine that is sound only within `expected`. */
export function expectedWithin(expected: readonly [number, number], output: NumberOutput): NumberOutput {
  return { ...output, expected }
}

/** A register that only grows, at the stated resolution. */
export function counted(name: string, unit: string, words: Words, read: () => number, resolution = 1): NumberOutput {
  return { kind: 'number', name, unit, low: 0, words, sensor: SENSORS.counter, resolution, read }
}

/** An on-off state. */
export function contact(name: string, words: Words, read: () => boolean): NumberOutput {
  return { kind: 'boolean', name, words, sensor: SENSORS.contact, resolution: 1, read: () => (read() ? 1 : 0) }
}

/** A text. */
export function shown(name: string, words: Words, read: () => string): TextOutput {
  return { kind: 'text', name, words, read }
}
