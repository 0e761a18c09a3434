import { isUnder } from '@millwright/model/path.ts'
import type { ModelKind, ModelSort, ModelStage, WireExperiment, WireModel } from '@millwright/model/wire/ai-model.ts'

/** What somebody looks for among the models of the whole plant. */
export interface ModelWish {
  readonly under?: string | undefined
  /** Words that all stand in the asset's path, the output, the experiment or a name, whatever their case. */
  readonly search?: string | undefined
  readonly stages?: readonly ModelStage[] | undefined
  readonly kind?: ModelKind | undefined
  readonly experiment?: string | undefined
  readonly sort?: ModelSort | undefined
}

type Listed = Pick<WireModel, 'id' | 'asset' | 'output' | 'kind' | 'version' | 'stage' | 'author' | 'approver' | 'experiment' | 'created' | 'backTest'>

/** The models that are looked for, in the order asked for: newest first unless said otherwise. A model without the figure it is sorted by stands last. */
export function filterModels<M extends Listed>(models: readonly M[], { under, search = '', stages, kind, experiment, sort = 'newest' }: ModelWish): M[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const found = models.filter((model) => {
    if (under !== undefined && !isUnder(model.asset, under)) return false
    if (stages !== undefined && !stages.includes(model.stage)) return false
    if (kind !== undefined && model.kind !== kind) return false
    if (experiment !== undefined && model.experiment !== experiment) return false
    const text = `${model.asset} ${model.output} ${model.experiment ?? ''} ${model.author} ${model.approver ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  return found.sort((a, b) => ORDERS[sort](a, b) || b.created - a.created || (a.id < b.id ? -1 : 1))
}

const last = (value: number | null | undefined) => value ?? Number.POSITIVE_INFINITY

const ORDERS: Readonly<Record<ModelSort, (a: Listed, b: Listed) => number>> = {
  newest: (a, b) => b.created - a.created,
  asset: (a, b) => (a.asset === b.asset ? b.version - a.version : a.asset < b.asset ? -1 : 1),
  recall: (a, b) => compare(last(a.backTest?.recall === null || a.backTest === null ? null : -a.backTest.recall), last(b.backTest?.recall === null || b.backTest === null ? null : -b.backTest.recall)),
  falseAlarms: (a, b) => compare(last(a.backTest?.falseAlarmsPerDay), last(b.backTest?.falseAlarmsPerDay)),
}

/** Of two infinities neither is the smaller one. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}

/** The experiments that models belong to, the one with the newest model first. */
export function experimentsOf(models: readonly Listed[]): WireExperiment[] {
  const byName = new Map<string, Listed[]>()
  for (const model of models) {
    if (model.experiment === null) continue
    const known = byName.get(model.experiment)
    if (known === undefined) byName.set(model.experiment, [model])
    else known.push(model)
  }
  const experiments = [...byName].map(([experiment, of]) => ({
    experiment,
    models: of.length,
    assets: new Set(of.map(({ asset }) => asset)).size,
    inCharge: of.filter(({ stage }) => stage === 'champion').length,
    authors: [...new Set(of.map(({ author }) => author))].sort(),
    newest: Math.max(...of.map(({ created }) => created)),
  }))
  return experiments.sort((a, b) => b.newest - a.newest || (a.experiment < b.experiment ? -1 : 1))
}
