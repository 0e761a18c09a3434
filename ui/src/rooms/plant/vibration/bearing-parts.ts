/** Parts of a rolling bearing as the API names them, in the order of their words. */
export const BEARING_PARTS = ['outerRace', 'innerRace', 'ball', 'cage'] as const
export type BearingPartName = (typeof BEARING_PARTS)[number]
