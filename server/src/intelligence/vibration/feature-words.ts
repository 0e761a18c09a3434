import type { WireAnomalySignal, WireWords } from '@millwright/model/wire/anomaly.ts'
import { lastName } from '@millwright/model/path.ts'
import { featureMeaning, featureOfSignal } from './feature-signals.ts'

/** A feature that rose less than this is told as any other signal. */
const TOLD_FROM = 1.5

/** How a feature of vibration that has risen is told: how many times what it was, and where to look. `now` and `about` are the values with unit as people read them. Undefined for all other signals. */
export function risenFeature({ signal, label, value, expected, reason }: WireAnomalySignal, words: { readonly name: WireWords; readonly now: string; readonly about: string }): WireWords | undefined {
  if (reason !== 'level' && reason !== 'apart') return undefined
  const feature = featureOfSignal({ name: lastName(signal), description: label })
  const meaning = feature === undefined ? undefined : featureMeaning(feature)
  if (meaning === undefined || value === null || !(expected > 0) || value < TOLD_FROM * expected) return undefined
  const [times, { name, now, about }] = [Number((value / expected).toPrecision(2)), words]
  const of = reason === 'level' ? { en: 'what is usual in this operating state', zh: '此运行状态通常值' } : { en: 'what the other signals let expect', zh: '由其他信号推算值' }
  return { en: `${name.en} rose to ${times} times ${of.en} (now ${now}, usually about ${about}): ${meaning.en}`, zh: `${name.zh}升至${of.zh}的 ${times} 倍（现为 ${now}，通常约 ${about}）：${meaning.zh}` }
}
