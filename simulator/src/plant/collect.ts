import type { PlantSink } from './gateway-link.ts'

/** One series' samples, as a test or a tool looks at them. */
export interface CollectedSeries {
  readonly timesUs: number[]
  readonly values: (number | string | null)[]
  readonly status: number[]
}

/** A sink that keeps everything, by series id. For tests and small tools: it has an object per series and no limit. */
export class Collector implements PlantSink {
  readonly series = new Map<number, CollectedSeries>()
  count = 0
  /** Greatest difference between a sample's time and its batch's arrival, by gateway. */
  readonly delayUs = new Map<string, number>()

  write(gateway: string, { receivedUs, numbers, texts }: Parameters<PlantSink['write']>[1]): void {
    for (const columns of [numbers, texts]) {
      for (let at = 0; at < columns.length; at++) {
        const timeUs = columns.timesUs[at] as number
        const into = this.#of(columns.series[at] as number)
        into.timesUs.push(timeUs)
        into.values.push(columns.values[at] as number | string | null)
        into.status.push(columns.status[at] as number)
        this.delayUs.set(gateway, Math.max(this.delayUs.get(gateway) ?? 0, receivedUs - timeUs))
      }
      this.count += columns.length
    }
  }

  #of(series: number): CollectedSeries {
    let found = this.series.get(series)
    if (found === undefined) {
      found = { timesUs: [], values: [], status: [] }
      this.series.set(series, found)
    }
    return found
  }
}
