import type { TFunction } from 'i18next'
import { links } from '../../links.ts'
import type { HeadTab } from '../../parts/judging-head.tsx'

/** The lists of the attention room. */
export const ATTENTION_VIEWS = ['attention', 'all', 'quieted', 'watched'] as const
export type AttentionView = (typeof ATTENTION_VIEWS)[number]

/** The pages under the attention area: its lists, and the examination of recordings. */
export function attentionTabs(t: TFunction, chosen: AttentionView | 'examine' | undefined): HeadTab[] {
  return [...ATTENTION_VIEWS.map((one) => ({ to: links.attention(one), label: t(`attention.views.${one}`), isChosen: one === chosen })), { to: links.examine(), label: t('examine.title'), isChosen: chosen === 'examine' }]
}
