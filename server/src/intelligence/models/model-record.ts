import { Type, type Static } from 'typebox'
import { US_PER_MS } from '@millwright/model/time.ts'
import { ANOMALIES, modelSchema, type ModelStage, type WireModel } from '@millwright/model/wire/ai-model.ts'

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

/** The model card as Markdown: purpose, data, metrics, people. */
export function cardOf(model: WireModel): string {
  const { dataSet, backTest } = model
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
  const lines = [`# ${model.asset}, model ${model.version}`, '', model.purpose, '', `- id: \`${model.id}\``, `- stage: ${model.stage}${model.isKilled ? ' (switched off)' : ''}`, `- author: ${model.author}; approver: ${model.approver ?? 'none yet'}`, `- code: ${model.codeVersion}`]
  if (dataSet !== null) {
    lines.push('', '## Data', '', `- ${day(dataSet.from)} to ${day(dataSet.to)} UTC, ${dataSet.signals.length} signals, ${dataSet.states.length} state signals, ${dataSet.samples} samples`)
    lines.push(`- ${dataSet.labels.length} labels`, `- SHA-256 \`${dataSet.hash}\``)
  }
  if (backTest !== null) {
    lines.push('', '## Back-test', '', 'Each minute was judged before it was learned from.', '')
    const shown = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits))
    lines.push('| events found | false alarms a day | delay (median, s) | lead (median, s) | days judged |', '|---|---|---|---|---|')
    lines.push(`| ${backTest.found} of ${backTest.events} | ${shown(backTest.falseAlarmsPerDay, 3)} | ${shown(backTest.delaySeconds, 0)} | ${shown(backTest.leadSeconds, 0)} | ${backTest.judgedDays.toFixed(1)} |`)
  }
  if (model.effects.length > 0) {
    lines.push('', '## What verdicts changed', '', '| anomaly | verdict | told again |', '|---|---|---|', ...model.effects.map((effect) => `| ${effect.anomaly} | ${effect.verdict} | ${effect.toldAgain ? 'yes' : 'no'} |`))
  }
  lines.push('', '## History', '', ...model.history.map(({ time, stage, by, note }) => `- ${day(time)} ${stage} by ${by}${note === undefined ? '' : `: ${note}`}`), '')
  return lines.join('\n')
}
