import { US_PER_MS } from '@millwright/model/time.ts'
import type { WireDataSet } from '@millwright/model/wire/ai-model.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import { taughtBy, type StoredLabel } from '../feedback/label-store.ts'
import { MAX_SIGNALS } from '../runtime/asset-watch.ts'
import type { IsComputed } from '../runtime/plant-catalogue.ts'
import type { TrainingOrder, TrainSeries } from './trainer.ts'

/** What of an asset a model learns from: series of numbers, and of texts and booleans. */
export interface LearnedSeries {
  readonly asset: number
  readonly signals: readonly number[]
  readonly states: readonly number[]
}

/** The signals of an asset that its watch learns from. What Millwright itself computes is none of them. */
export function learnedSeries(plant: Pick<AssetModel, 'signalsOf'>, isComputed: IsComputed, asset: number): LearnedSeries {
  const signals = plant.signalsOf(asset).filter(({ series }) => !isComputed(series)).sort((a, b) => a.series - b.series)
  const numbers = signals.filter(({ kind }) => kind === 'number').map(({ series }) => series)
  return { asset, signals: numbers.slice(0, MAX_SIGNALS), states: signals.filter(({ kind }) => kind === 'text' || kind === 'boolean').map(({ series }) => series) }
}

/** A data set as the trainer takes it. The same data set gives the same order, and so the same model. */
export function trainingOrder(dataSet: WireDataSet, parts: { readonly plant: Pick<AssetModel, 'signalBySeries'>; readonly maxMegabytes: number }, run: Pick<TrainingOrder, 'replays' | 'signal' | 'onProgress'>): TrainingOrder {
  const { plant, maxMegabytes } = parts
  const { signals, states, alarmsPerWeek, labels } = dataSet
  const kindOf = (id: number): TrainSeries[] => {
    const signalOf = plant.signalBySeries(id)
    return signalOf === undefined ? [] : [{ series: id, kind: signalOf.kind }]
  }
  const taught = taughtBy(labels.map(({ from, to, kind }) => ({ kind, fromUs: from * US_PER_MS, toUs: to * US_PER_MS }) as StoredLabel))
  return { thread: { shape: { signals, states }, alarmsPerWeek, taught }, series: [...states, ...signals].flatMap(kindOf), fromUs: dataSet.from * US_PER_MS, toUs: dataSet.to * US_PER_MS, maxMegabytes, ...run }
}
