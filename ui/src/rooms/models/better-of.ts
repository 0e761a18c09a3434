import type { WireModel } from '@millwright/model/wire/ai-model.ts'

export type Side = 'champion' | 'challenger' | undefined

export interface BetterOf {
  readonly recall: Side
  readonly falseAlarms: Side
  readonly delay: Side
  readonly lead: Side
}

type Tested = Pick<WireModel, 'backTest'>

/** Which of two models is the better one by each figure; neither where a figure is missing or equal. */
export function betterOf(champion: Tested | undefined, challenger: Tested | undefined): BetterOf {
  const [a, b] = [champion?.backTest, challenger?.backTest]
  const more = (one: number | null | undefined, other: number | null | undefined): Side => (one === null || one === undefined || other === null || other === undefined || one === other ? undefined : one > other ? 'champion' : 'challenger')
  const less = (one: number | null | undefined, other: number | null | undefined) => more(other, one)
  return { recall: more(a?.recall, b?.recall), falseAlarms: less(a?.falseAlarmsPerDay, b?.falseAlarmsPerDay), delay: less(a?.delaySeconds, b?.delaySeconds), lead: more(a?.leadSeconds, b?.leadSeconds) }
}

/** Whether two models were tested on the same samples and labels, so that their figures can be compared as they stand. */
export function isSameTest({ dataSet: a }: Pick<WireModel, 'dataSet'>, { dataSet: b }: Pick<WireModel, 'dataSet'>): boolean {
  const labels = (set: NonNullable<WireModel['dataSet']>) => set.labels.map(({ id, version }) => `${id}@${version}`).toSorted().join()
  return a !== null && b !== null && a.hash === b.hash && a.from === b.from && a.to === b.to && labels(a) === labels(b)
}
