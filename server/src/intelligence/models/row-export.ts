import type { Historian } from '../../historian/historian.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { US_PER_MS } from '@millwright/model/time.ts'
import { InputRows } from '../onnx/input-rows.ts'
import type { StoredDataSet } from './data-sets.ts'
import { inTimeOrder } from './rehearsal.ts'
import { readWindow, WINDOW_US } from './trainer.ts'

/** Rows of one export at most. */
export const MAX_EXPORT_ROWS = 1_000_000
/** Rows after which other work gets its turn. */
const TURN_ROWS = 2_000

export interface RowExport {
  readonly stepUs: number
  /** How long a value stands for rows without one. */
  readonly holdUs: number
  readonly history: Pick<Historian, 'readSamples'>
  readonly plant: Pick<AssetModel, 'signalBySeries'>
  readonly maxMegabytes: number
}

/**
 * A data set as rows of CSV: time, one column for each signal, the kind of the label that the row lies in. Made by the code that makes the rows of models in service, so that a model is trained on what
 * it will meet. Throws LIMIT_REACHED for too many rows.
 */
export async function* exportRows({ data }: StoredDataSet, { stepUs, holdUs, history, plant, maxMegabytes }: RowExport): AsyncGenerator<string> {
  const [fromUs, toUs] = [data.from * US_PER_MS, data.to * US_PER_MS]
  const count = Math.ceil((toUs - fromUs) / stepUs)
  if (count > MAX_EXPORT_ROWS) throw new MillwrightError('LIMIT_REACHED', `that would be ${count} rows; at most ${MAX_EXPORT_ROWS}: take a longer step or a shorter time`)
  const known = data.signals.flatMap((series) => {
    const signal = plant.signalBySeries(series)
    return signal === undefined ? [] : [{ series, kind: signal.kind, name: signal.name }]
  })
  yield `time,${known.map(({ name }) => cell(name)).join(',')},label\n`
  const rows = new InputRows({ inputs: known.map(() => ({ row: 'last', range: undefined })), rows: 1, stepUs, fill: { rule: 'hold', forUs: holdUs, value: 0 } })
  let lines: string[] = []
  const closed = (endUs: number) => {
    if (endUs - stepUs < fromUs || endUs > toUs) return
    const label = data.labels.find(({ from, to }) => from * US_PER_MS < endUs && to * US_PER_MS > endUs - stepUs)?.kind ?? ''
    lines.push(`${new Date(endUs / US_PER_MS).toISOString()},${Array.from(rows.newest(), (value) => (Number.isNaN(value) ? '' : String(value))).join(',')},${label}\n`)
  }
  const signal = new AbortController().signal
  for (let windowUs = fromUs; windowUs < toUs; windowUs += WINDOW_US) {
    const stretches = await readWindow({ series: known, maxMegabytes, signal }, history, windowUs, Math.min(toUs, windowUs + WINDOW_US))
    const index = new Map(known.map(({ series }, at) => [series, at]))
    inTimeOrder(stretches, ({ series, values, status }, at, timeUs) => rows.add(index.get(series) ?? -1, timeUs, Number(values[at]), status[at] as number, timeUs, closed))
    for (let at = 0; at < lines.length; at += TURN_ROWS) {
      yield lines.slice(at, at + TURN_ROWS).join('')
      await new Promise((resolve) => setImmediate(resolve))
    }
    lines = []
  }
  rows.advance(toUs + 10 * stepUs, closed)
  yield lines.join('')
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
