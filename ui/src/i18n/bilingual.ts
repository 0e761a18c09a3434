import type { Language } from '../theme/preferences.ts'

/** What the server puts before a bilingual description of a signal that it computes. */
const COMPUTED = /^Computed by Millwright \([^)]*\): (?=.* · )/

/** The part of a description that is in this language, where it is written in both as `温度 · Temperature`. */
export function inLanguage(text: string, language: Language): string {
  const parts = text.replace(COMPUTED, '').split(' · ')
  const [one, other, more] = parts
  if (one === undefined || other === undefined || more !== undefined) return text
  const isChinese = (part: string) => /\p{Script=Han}/u.test(part)
  if (isChinese(one) === isChinese(other)) return text
  return isChinese(one) === (language === 'zh') ? one : other
}
