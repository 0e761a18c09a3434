import { Type, type Static } from 'typebox'
import { US_PER_MS } from '@millwright/model/time.ts'
import { ANOMALIES, modelSchema, type ModelStage } from '@millwright/model/wire/ai-model.ts'

const { asset: _path, ...rest } = modelSchema.properties

/** A model as it is kept: its asset by id. Its learned state lies in a file of its own. */
export const modelRecord = Type.Object({ ...rest, asset: Type.Integer(), hasState: Type.Boolean() })
export type ModelRecord = Static<typeof modelRecord>

/** What every model that watches an asset is for, until somebody says it better. */
export const WATCH_PURPOSE = {
  en: 'Tells when the signals of this machine do not go together as they normally do, in each of its operating states. It says nothing about states that it never saw, and knows no limits of safety.',
  zh: '当该设备的各信号在某一运行状态下不再像正常时那样相互关联，即予提示。对从未见过的状态不作判断，也不掌握任何安全限值。',
}

/** A record that an older version kept, in the present form. */
export function upgradeRecord(read: unknown): unknown {
  if (typeof read !== 'object' || read === null) return read
  if ('kind' in read) return { confusion: null, ...read, ...(!('purposeZh' in read) && { purposeZh: 'purpose' in read && read.purpose === WATCH_PURPOSE.en ? WATCH_PURPOSE.zh : null }) }
  return { confusion: null, purposeZh: null, kind: 'watch', output: ANOMALIES, notes: '', metrics: [], verdictEffect: null, experiment: null, dataSetId: null, onnx: null, ...read }
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
