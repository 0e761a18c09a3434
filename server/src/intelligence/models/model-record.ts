import { Type, type Static } from 'typebox'
import { US_PER_MS } from '@millwright/model/time.ts'
import { ANOMALIES, modelSchema, type ModelStage } from '@millwright/model/wire/ai-model.ts'

const { asset: _path, ...rest } = modelSchema.properties

/** A model as it is kept: its asset by id. Its learned state lies in a file of its own. */
export const modelRecord = Type.Object({ ...rest, asset: Type.Integer(), hasState: Type.Boolean() })
export type ModelRecord = Static<typeof modelRecord>

/** A record that was kept before models could be brought, in the present form. */
export function upgradeRecord(read: unknown): unknown {
  if (typeof read !== 'object' || read === null || 'kind' in read) return read
  return { kind: 'watch', output: ANOMALIES, notes: '', metrics: [], verdictEffect: null, experiment: null, dataSetId: null, onnx: null, ...read }
}

/** Which stage may follow which. */
const NEXT: Readonly<Record<ModelStage, readonly ModelStage[]>> = {
  training: ['candidate', 'failed'],
  failed: [],
  candidate: ['shadow', 'retired'],
  shadow: ['champion', 'retired', 'candidate'],
  champion: ['retired'],
  retired: ['champion'],
}

export function mayBecome(from: ModelStage, to: ModelStage): boolean {
  return NEXT[from].includes(to)
}

/** The record at another stage, with who did it and when in its history. */
export function atStage(record: ModelRecord, change: { readonly stage: ModelStage; readonly by: string; readonly note?: string | undefined; readonly nowUs: number }): ModelRecord {
  const { stage, by, note, nowUs } = change
  return { ...record, stage, history: [...record.history, { time: Math.round(nowUs / US_PER_MS), stage, by, ...(note !== undefined && { note }) }].slice(-200) }
}
