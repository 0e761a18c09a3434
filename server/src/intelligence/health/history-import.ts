import { pathProblem } from '@millwright/model/path.ts'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_HOUR, usToMs } from '@millwright/model/time.ts'
import type { WireHistoryImport } from '@millwright/model/wire/health.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { ModelEdit } from '../../plant/asset-model.ts'
import type { Plant } from '../../plant/plant.ts'
import { historyTableOf } from './history-table.ts'

/** Samples of one write. */
const CHUNK = 20_000

/** What becomes of a table. */
export interface HistoryOrder {
  readonly text: string
  /** The machines become assets below this path. */
  readonly under: string
  /** Type of the new assets, by which a life model can name them all. */
  readonly type: string
  /** How long one cycle was, hours of work. */
  readonly cycleHours: number
  /** Whether each machine failed after its last row; otherwise it lives on, and its remaining life can be told. */
  readonly failed: boolean
  readonly names: readonly string[]
}

/**
 * Brings run-to-failure histories in: each machine an asset, each column a signal of it, each row a sample; all end at the last full hour, so that they lie within the retention and a machine that lives on
 * is judged at once. Rejects with PAYLOAD_INVALID (with the line), CONFLICT where the assets exist already, LIMIT_REACHED, or STOPPING.
 */
export async function importHistories({ text, under, type, cycleHours, failed, names }: HistoryOrder, { model, ingest }: Pick<Plant, 'model' | 'ingest'>, nowUs: number): Promise<WireHistoryImport> {
  const { signals, units, constant } = historyTableOf(text, names)
  const paths = units.map(({ unit }) => `${under}/${/^\d/.test(unit) ? `unit${unit}` : unit}`)
  for (const path of paths) {
    const problem = pathProblem(path)
    if (problem !== undefined) throw new MillwrightError('PAYLOAD_INVALID', `"${path}" cannot be the path of a machine: ${problem}`)
  }
  const taken = paths.find((path) => model.asset(path) !== undefined)
  if (taken !== undefined) throw new MillwrightError('CONFLICT', `"${taken}" exists already; take another path for these histories`)
  const edits: ModelEdit[] = paths.flatMap((path) => [
    { op: 'createAsset' as const, path, fields: { level: 'equipment' as const, type } },
    ...signals.map((name) => ({ op: 'createSignal' as const, path: `${path}/${name}`, fields: { kind: 'number' as const } })),
  ])
  await model.edit(edits)
  const endUs = Math.floor(nowUs / US_PER_HOUR) * US_PER_HOUR
  const cycleUs = Math.round(cycleHours * US_PER_HOUR)
  const runs: WireHistoryImport['runs'] = []
  let samples = 0
  const settle = async () => {
    const outcome = await ingest.commit()
    if (outcome.status !== 'stored') throw new MillwrightError('STOPPING', `the histories were not stored: ${outcome.status}`)
  }
  for (const [at, { cycles, columns }] of units.entries()) {
    const path = paths[at] ?? ''
    const lastCycle = cycles.at(-1) ?? 0
    const timeOf = (cycle: number) => endUs - Math.round((lastCycle + 1 - cycle) * cycleUs)
    for (const [place, name] of signals.entries()) {
      const series = model.signal(`${path}/${name}`)?.series
      if (series === undefined) throw new MillwrightError('INTERNAL', `"${path}/${name}" was created and cannot be found`)
      for (const [row, cycle] of cycles.entries()) {
        const value = columns[place]?.[row] ?? Number.NaN
        if (Number.isNaN(value)) continue
        ingest.open.addNumber(series, timeOf(cycle), value, Status.good)
        if (++samples % CHUNK === 0) await settle()
      }
    }
    if (failed) runs.push({ asset: path, from: usToMs(timeOf(cycles[0] ?? 0)), to: usToMs(endUs) })
  }
  await settle()
  return { assets: paths.length, signals: [...signals], constant: [...constant], samples, runs }
}
