import type { Texts } from './texts.ts'
import type { trendEn } from './trend-en.ts'

/** Texts of the Trend room in Chinese. */
export const trendZh: Texts<typeof trendEn> = { title: '趋势' }
