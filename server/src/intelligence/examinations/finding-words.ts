import { unitText } from '@millwright/model/unit-text.ts'
import type { WireWords } from '@millwright/model/wire/anomaly.ts'
import type { WireFindingSignal } from '@millwright/model/wire/examination.ts'

/** A signal with less of a finding than this is not worth a sentence; sentences of one finding at most. */
const [TELLING, MOST] = [0.15, 3]
/** Beyond this the number of deviations says no more. */
const VERY = 100

/** What a person at the machine would say of a finding. */
export function findingWords(signals: readonly WireFindingSignal[]): WireWords {
  const telling = signals.filter(({ share }, at) => at === 0 || (at < MOST && share >= TELLING)).map(sentenceOf)
  return { en: `${telling.map(({ en }) => en).join('; ')}.`, zh: `${telling.map(({ zh }) => zh).join('；')}。` }
}

function sentenceOf({ label, unit, value, expected, deviations }: WireFindingSignal): WireWords {
  const name = namesOf(label)
  const distance = Math.abs(deviations)
  // Digits that tell a deviation apart, and no more.
  const step = value === null || distance === 0 ? 1 : Math.abs(value - expected) / distance
  const digits = step > 0 ? Math.min(6, Math.max(0, -Math.floor(Math.log10(step)))) : 2
  const shown = (number: number) => `${Number(number.toFixed(digits))}${unit === null ? '' : ` ${unitText(unit)}`}`
  const times = distance >= VERY ? { en: `more than ${VERY}`, zh: `超过 ${VERY}` } : { en: String(Math.round(distance)), zh: String(Math.round(distance)) }
  const now = value === null ? { en: 'is', zh: '' } : { en: `is ${shown(value)},`, zh: `为 ${shown(value)}，` }
  const zhName = /[\w)]$/.test(name.zh) ? `${name.zh} ` : name.zh
  return {
    en: `${name.en} ${now.en} ${times.en} deviations ${deviations < 0 ? 'below' : 'above'} where it was (about ${shown(expected)})`,
    zh: `${zhName}${now.zh}${deviations < 0 ? '低于' : '高于'}应有水平（约 ${shown(expected)}）${times.zh} 倍标准差`,
  }
}

/** Descriptions are often written in both languages, as `温度 · Temperature`. */
function namesOf(label: string): WireWords {
  const [one = label, other] = label.split(' · ')
  if (other === undefined) return { en: label, zh: label }
  return /\p{Script=Han}/u.test(one) ? { zh: one, en: other } : { zh: other, en: one }
}
