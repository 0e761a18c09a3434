import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import type { WireWords } from '@millwright/model/wire/anomaly.ts'

const UNITS = [[365 * US_PER_DAY, 'y', '年'], [US_PER_DAY, 'd', '天'], [US_PER_HOUR, 'h', '小时'], [US_PER_MINUTE, 'min', '分钟'], [US_PER_SECOND, 's', '秒']] as const

/** A span of time as people say it: the largest unit of which there are at least two, two digits. */
export function durationWords(spanUs: number): WireWords {
  const [widthUs, en, zh] = UNITS.find(([width]) => spanUs >= 2 * width) ?? UNITS[4]
  const count = spanUs / widthUs
  const text = count < 10 ? String(Number(count.toFixed(1))) : String(Math.round(count))
  return { en: `${text} ${en}`, zh: `${text} ${zh}` }
}
