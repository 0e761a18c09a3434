import { isStorableTime, US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from '@millwright/model/time.ts'

/** Units in which the times of lines may be given; `n` and `u` are InfluxDB 1.x's names. */
export const LINE_PRECISIONS = ['ns', 'n', 'us', 'u', 'ms', 's', 'm', 'h'] as const
export type LinePrecision = (typeof LINE_PRECISIONS)[number]

const US_PER_UNIT: Readonly<Record<LinePrecision, number>> = {
  ns: 0.001,
  n: 0.001,
  us: 1,
  u: 1,
  ms: US_PER_MS,
  s: US_PER_SECOND,
  m: US_PER_MINUTE,
  h: US_PER_HOUR,
}

/** Reads the time that ends a line, in units of one precision, as microseconds; nanoseconds are cut, exactly. */
export class LineTimeReader {
  readonly #usPerUnit: number
  readonly #cut: number

  constructor(precision: LinePrecision) {
    this.#usPerUnit = precision === 'ns' || precision === 'n' ? 1 : US_PER_UNIT[precision]
    this.#cut = precision === 'ns' || precision === 'n' ? 3 : 0
  }

  /** The time `bytes[start, end)`; NaN when it is no integer, or none that can be kept. */
  read(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number
      if (byte < 0x30 || byte > 0x39) return Number.NaN
    }
    if (start === end || end - start > 24) return Number.NaN
    let units = 0
    for (let at = start; at < end - this.#cut; at++) units = units * 10 + ((bytes[at] as number) - 0x30)
    const timeUs = units * this.#usPerUnit
    return isStorableTime(timeUs) ? timeUs : Number.NaN
  }
}
