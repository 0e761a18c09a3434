import { US_PER_DAY } from '@millwright/model/time.ts'
import { Type, type Static } from 'typebox'
import type { Table } from './tables.ts'

const companion = Type.Object({ bytes: Type.Integer({ minimum: 0 }), crc: Type.Integer({ minimum: 0 }) })

/** One Parquet file of the cold store, as the manifest knows it. */
export const coldFileSchema = Type.Object(
  {
    table: Type.Union([Type.Literal('numbers'), Type.Literal('texts'), Type.Literal('waveforms'), Type.Literal('events')]),
    /** Days since the epoch, UTC. */
    day: Type.Integer(),
    /** The generations whose rows it holds. Of two files with one key the one of the higher generations is the later write. */
    low: Type.Integer({ minimum: 0 }),
    high: Type.Integer({ minimum: 0 }),
    /** Counts rewrites, so that a rewritten file has a name of its own. */
    revision: Type.Integer({ minimum: 0 }),
    /** A run is cut into slices that share no key. */
    slice: Type.Integer({ minimum: 0 }),
    slices: Type.Integer({ minimum: 1 }),
    rows: Type.Integer({ minimum: 0 }),
    bytes: Type.Integer({ minimum: 0 }),
    /** CRC-32 of the whole file. */
    crc: Type.Integer({ minimum: 0 }),
    minSeries: Type.Integer({ minimum: 0 }),
    maxSeries: Type.Integer({ minimum: 0 }),
    minUs: Type.Integer(),
    maxUs: Type.Integer(),
    /** Rollups made from this file, and the hold of their time-weighted averages. */
    rollups: Type.Optional(Type.Object({ holdUs: Type.Integer({ minimum: 1 }), minutes: companion, hours: companion })),
  },
  { additionalProperties: false },
)

export type ColdFile = Readonly<Static<typeof coldFileSchema>>

/** Folders of the rollups beside those of the tables. */
export const ROLLUPS = ['minutes', 'hours'] as const
export type Rollup = (typeof ROLLUPS)[number]

/** `2026-11-23` of a day number. */
export function dayName(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}

/** The day number of a time. */
export function dayOf(timeUs: number): number {
  return Math.floor(timeUs / US_PER_DAY)
}

/** Where a file, or one of its rollups, lies below the history folder. Names tell enough to rebuild a lost manifest. */
export function filePath(file: Pick<ColdFile, 'day' | 'low' | 'high' | 'revision' | 'slice' | 'slices'>, folder: Table | Rollup): string {
  return `${folder}/day=${dayName(file.day)}/g${file.low}-${file.high}-r${file.revision}-s${file.slice + 1}of${file.slices}.parquet`
}

const NAME = /^day=(\d{4}-\d\d-\d\d)\/g(\d+)-(\d+)-r(\d+)-s(\d+)of(\d+)\.parquet$/

/** What {@link filePath} put into a name, undefined for any other. */
export function parseFileName(name: string): Pick<ColdFile, 'day' | 'low' | 'high' | 'revision' | 'slice' | 'slices'> | undefined {
  const match = NAME.exec(name.replaceAll('\\', '/'))
  if (match === null) return undefined
  const dayMs = Date.parse(`${match[1]}T00:00:00Z`)
  const [low, high, revision, slice, slices] = match.slice(2).map(Number)
  if (Number.isNaN(dayMs) || low === undefined || high === undefined || revision === undefined || slice === undefined || slices === undefined) return undefined
  if (high < low || slice < 1 || slice > slices) return undefined
  return { day: dayMs / 86_400_000, low, high, revision, slice: slice - 1, slices }
}

/** Tells whether the file may hold samples of the series (or of those from it to `lastSeries`) in `[fromUs, toUs)`. */
export function mayHold(file: ColdFile, series: number, fromUs: number, toUs: number, lastSeries = series): boolean {
  return file.minSeries <= lastSeries && series <= file.maxSeries && file.minUs < toUs && file.maxUs >= fromUs
}

/** Tells whether two files are slices of one run, and so share no key. */
export function sameRun(a: ColdFile, b: ColdFile): boolean {
  return a.table === b.table && a.day === b.day && a.low === b.low && a.high === b.high
}
