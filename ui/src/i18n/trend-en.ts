/** Texts of the Trend room in English. */
export const trendEn = { title: 'Trend' } as const
