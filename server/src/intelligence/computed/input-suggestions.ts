import { parentPath } from '@millwright/model/path.ts'
import type { Signal } from '@millwright/model/signal.ts'
import { US_PER_DAY, US_PER_SECOND } from '@millwright/model/time.ts'
import type { WireInputSuggestion } from '@millwright/model/wire/soft-sensor.ts'
import type { Historian } from '../../historian/historian.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { readRows } from './soft-sensor-rows.ts'

/** Signals that are looked at: those of the asset first, then those of the assets beside it. */
const MAX_CANDIDATES = 40
/** Assets beside it that are looked at. */
const MAX_BESIDE = 20
/** The newest measured values by which they are judged, from how far back, and the fewest that say anything. */
const [MEASURED, DAYS, FEWEST] = [300, 90, 8]

export interface SuggestionParts {
  readonly model: Pick<AssetModel, 'signal' | 'asset' | 'signalsOf' | 'listAssets'>
  readonly history: Pick<Historian, 'readAggregates' | 'readSamples'>
  /** Signals that Millwright computes are not offered. */
  readonly isComputed: (series: number) => boolean
  readonly nowUs: number
}

/**
 * Signals that a rare value may be told from, those that went with it most first: of its own asset and of those beside it. The figure is the correlation with the newest measured values (Pearson):
 * a hint for choosing, no proof; the training has the last word. Rejects with SIGNAL_UNKNOWN, TYPE_MISMATCH, or as the historian does.
 */
export async function suggestInputs(path: string, everySeconds: number, { model, history, isComputed, nowUs }: SuggestionParts): Promise<WireInputSuggestion[]> {
  const target = model.signal(path)
  if (target === undefined) throw new MillwrightError('SIGNAL_UNKNOWN', `there is no signal "${path}"`)
  if (target.kind !== 'number') throw new MillwrightError('TYPE_MISMATCH', `a soft sensor is made of numbers; "${path}" is a ${target.kind}`)
  const asset = parentPath(path) ?? ''
  const everyUs = everySeconds * US_PER_SECOND
  const range = { ...(await newestMeasured(target, history, nowUs)), everyUs, signal: AbortSignal.timeout(30_000), onProgress: () => undefined }
  const found: WireInputSuggestion[] = []
  for (const one of placesOf(asset, model).slice(0, 1 + MAX_BESIDE)) {
    const id = model.asset(one)?.id
    const signals = id === undefined ? [] : model.signalsOf(id).filter(({ kind, series }) => kind === 'number' && series !== target.series && !isComputed(series))
    for (const signal of signals.slice(0, MAX_CANDIDATES - found.length)) {
      const { inputs, target: measured } = await readRows({ ...range, target, inputs: [signal] }, history)
      found.push({ path: `${one}/${signal.name}`, place: one === asset ? 'same_asset' : 'beside', rows: measured.length, correlation: measured.length < FEWEST ? null : correlation(inputs[0] ?? new Float64Array(), measured) })
    }
  }
  return found.sort((a, b) => Math.abs(b.correlation ?? 0) - Math.abs(a.correlation ?? 0))
}

/** The asset, then the others below the same one. */
function placesOf(asset: string, model: Pick<AssetModel, 'listAssets'>): string[] {
  const parent = parentPath(asset)
  if (parent === undefined || parent === '') return [asset]
  return [asset, ...model.listAssets({ under: parent, limit: 1_000 }).items.map(({ path }) => path).filter((path) => path !== asset && parentPath(path) === parent)]
}

/** The time of the newest measured values. */
async function newestMeasured({ series, kind }: Signal, history: Pick<Historian, 'readSamples'>, nowUs: number): Promise<{ readonly fromUs: number; readonly toUs: number }> {
  const { block } = await history.readSamples({ series, kind, fromUs: nowUs - DAYS * US_PER_DAY, toUs: nowUs }, { limit: MEASURED, order: 'descending' })
  return { fromUs: block.timesUs.at(-1) ?? nowUs, toUs: nowUs }
}

/** Pearson's correlation; null where one of both does not change. */
export function correlation(left: Float64Array, right: Float64Array): number | null {
  const mean = (column: Float64Array) => column.reduce((sum, value) => sum + value, 0) / column.length
  const [a, b] = [mean(left), mean(right)]
  let [both, one, other] = [0, 0, 0]
  for (let at = 0; at < left.length; at++) {
    const [x, y] = [(left[at] as number) - a, (right[at] as number) - b]
    both += x * y
    one += x * x
    other += y * y
  }
  return one <= 1e-12 * a * a * left.length || other <= 1e-12 * b * b * left.length ? null : both / Math.sqrt(one * other)
}
