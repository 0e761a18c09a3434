import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'

/** What one thing does to the machines of a line, it does within this time. */
const TOGETHER_US = US_PER_HOUR
/** The same of one machine within this time is one thing that comes again. */
const AGAIN_US = 7 * US_PER_DAY
/** What is shown behind one at most; what is more stands for itself. */
const MAX_TOGETHER = 12

/** The most urgent anomaly of an event, and the others of it. */
export interface PlantEvent<T> {
  readonly head: T
  readonly others: readonly T[]
}

export interface EventRules<T> {
  /** What has the machine of it and its neighbours: the line. Undefined where there is none. */
  lineOf(anomaly: T): string | undefined
  /** Whether two of one machine look alike. */
  isAlike(one: T, other: T): boolean
}

/**
 * Joins anomalies that are one thing to look at, so that a list stays short: those that were told on one line within an hour, and those of one machine that look alike within
 * a week. They come ranked, the most urgent first, and stand behind the first of them that they fit; none is lost, and who judges the first sees the next.
 */
export function joinEvents<T extends { readonly asset: number; readonly detectedUs: number }>(ranked: readonly T[], { lineOf, isAlike }: EventRules<T>): PlantEvent<T>[] {
  const events: { readonly head: T; readonly line: string | undefined; readonly others: T[] }[] = []
  for (const anomaly of ranked) {
    const line = lineOf(anomaly)
    const event = events.find(({ head, line: other, others }) => {
      if (others.length >= MAX_TOGETHER) return false
      const apartUs = Math.abs(head.detectedUs - anomaly.detectedUs)
      return head.asset === anomaly.asset ? apartUs <= AGAIN_US && isAlike(head, anomaly) : line !== undefined && line === other && apartUs <= TOGETHER_US
    })
    if (event === undefined) events.push({ head: anomaly, line, others: [] })
    else event.others.push(anomaly)
  }
  return events
}
