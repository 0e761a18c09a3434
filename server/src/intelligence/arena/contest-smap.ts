import { ShapeClusters } from '../detectors/shape-clusters.ts'
import type { ArenaRow, Contest } from './arena-table.ts'
import { inHalf } from './halves.ts'
import { readSmap, type SmapChannel } from './recorded-data.ts'
import { columnOf } from './table.ts'
import { periodOf, vusPr } from './vus-pr.ts'

/** Longest period that the volume is widened by: the definition's own default, and a bound for the time it takes. */
const LONGEST_PERIOD = 125

/** SMAP: telemetry of a spacecraft; each channel teaches its training part. */
export const smapContest: Contest = {
  name: 'smap',
  run: (folder) => {
    const channels = readSmap(folder)
    let spentMs = 0
    const volumes = new Map(channels.map((channel) => {
      const started = performance.now()
      const scores = shapeScores(channel)
      spentMs += performance.now() - started
      return [channel.name, vusPr(scores, channel.labels, Math.min(LONGEST_PERIOD, periodOf(columnOf(channel.test, 0))))]
    }))
    const costUs = (spentMs * 1000) / channels.reduce((sum, { test, train }) => sum + test.rows + train.rows, 0)
    const rows = (['tune', 'report', 'all'] as const).map((on): ArenaRow => {
      const part = on === 'all' ? channels : inHalf(channels, on)
      return { who: 'Millwright usual shapes', on, values: [part.reduce((sum, { name }) => sum + (volumes.get(name) ?? 0), 0) / part.length], costUs }
    })
    return {
      title: `SMAP, ${channels.length} channels`,
      protocol: 'Learned from the training part of each channel, judged on its test part, causal, the telemetry column alone. Published: TSB-AD on its own selection of SMAP series, with training part (M: all columns, U: telemetry).',
      columns: [{ name: 'VUS-PR', digits: 3 }],
      rows: [...rows, { who: 'KMeansAD (TSB-AD-M)', on: 'published', values: [0.38] }, { who: 'POLY (TSB-AD-U, not causal)', on: 'published', values: [0.644] }],
    }
  },
}

function shapeScores({ train, test }: SmapChannel): Float64Array {
  const shapes = new ShapeClusters()
  for (const value of columnOf(train, 0)) shapes.step(value, true)
  shapes.finishLearning()
  return columnOf(test, 0).map((value) => shapes.step(value, false))
}
