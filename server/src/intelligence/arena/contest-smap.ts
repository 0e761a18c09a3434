import { ShapeClusters } from '../detectors/shape-clusters.ts'
import type { ArenaRow, Contest } from './arena-table.ts'
import { CpuMeter } from './cpu-meter.ts'
import { HALVES_BY_NAME, inHalf } from './halves.ts'
import { readSmap, type SmapChannel } from './recorded-data.ts'
import { columnOf } from './table.ts'
import { periodOf, vusPr } from './vus-pr.ts'

/** Longest period that the volume is widened by: the definition's own default, and a bound for the time it takes. */
const LONGEST_PERIOD = 125

/** What the columns of a channel are called: its telemetry, and the commands that were sent. */
const SIGNALS: readonly string[] = ['telemetry', ...Array.from({ length: 24 }, (_, index) => `command${index + 1}`)]

/** SMAP: telemetry of a spacecraft; each channel teaches its training part. */
export const smapContest: Contest = {
  name: 'smap',
  detectors: ['shape-clusters'],
  declare: ({ brought }) => ({ halves: HALVES_BY_NAME, limits: Object.fromEntries(['Millwright usual shapes', ...(brought === undefined ? [] : [brought.title])].map((who) => [who, 'none: VUS-PR goes over all limits'])) }),
  parts: (folder) => readSmap(folder).map(({ name, test }) => ({ name, table: test, signals: SIGNALS })),
  run: (folder, { detectors, brought } = {}) => {
    const channels = readSmap(folder)
    const rows: ArenaRow[] = []
    if (brought !== undefined) rows.push(...rowsOf(brought.title, channels, volumesOf(channels, ({ name, labels }) => brought.scores.get(name) ?? new Float64Array(labels.length)), brought.costUs))
    if (brought === undefined || detectors?.includes('shape-clusters') === true) {
      const meter = new CpuMeter()
      const volumes = volumesOf(channels, (channel) => meter.run(() => shapeScores(channel)))
      rows.push(...rowsOf('Millwright usual shapes', channels, volumes, meter.each(channels.reduce((sum, { test, train }) => sum + test.rows + train.rows, 0))))
    }
    return {
      title: `SMAP, ${channels.length} channels`,
      protocol: 'Learned from the training part of each channel, judged on its test part, causal, the telemetry column alone. Published: TSB-AD on its own selection of SMAP series, with training part (M: all columns, U: telemetry).',
      columns: [{ name: 'VUS-PR', digits: 3 }],
      rows: [...rows, { who: 'KMeansAD (TSB-AD-M)', on: 'published', values: [0.38] }, { who: 'POLY (TSB-AD-U, not causal)', on: 'published', values: [0.644] }],
    }
  },
}

function volumesOf(channels: readonly SmapChannel[], scoresOf: (channel: SmapChannel) => Float64Array): Map<string, number> {
  return new Map(channels.map((channel) => [channel.name, vusPr(scoresOf(channel), channel.labels, Math.min(LONGEST_PERIOD, periodOf(columnOf(channel.test, 0))))]))
}

function rowsOf(who: string, channels: readonly SmapChannel[], volumes: ReadonlyMap<string, number>, costUs: number): ArenaRow[] {
  return (['tune', 'report', 'all'] as const).map((on) => {
    const part = on === 'all' ? channels : inHalf(channels, on)
    return { who, on, values: [part.reduce((sum, { name }) => sum + (volumes.get(name) ?? 0), 0) / part.length], costUs }
  })
}

function shapeScores({ train, test }: SmapChannel): Float64Array {
  const shapes = new ShapeClusters()
  for (const value of columnOf(train, 0)) shapes.step(value, true)
  shapes.finishLearning()
  return columnOf(test, 0).map((value) => shapes.step(value, false))
}
