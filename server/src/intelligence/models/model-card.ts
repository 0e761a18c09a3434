import type { WireModel } from '@millwright/model/wire/ai-model.ts'

/** The model card as Markdown, after Mitchell et al., "Model cards for model reporting" (FAT* 2019): purpose, data, how it was measured, people. */
export function cardOf(model: WireModel): string {
  const lines = [`# ${model.asset}, ${model.output}, model ${model.version}`, '', model.purpose, '', `- id: \`${model.id}\``, `- stage: ${model.stage}${model.isKilled ? ' (switched off)' : ''}`]
  lines.push(`- author: ${model.author}; approver: ${model.approver ?? 'none yet'}`, `- code: ${model.codeVersion}`)
  if (model.experiment !== null) lines.push(`- experiment: ${model.experiment}`)
  lines.push(...brought(model), ...data(model), ...measured(model))
  if (model.notes !== '') lines.push('', '## Notes', '', model.notes)
  lines.push('', '## History', '', ...model.history.map(({ time, stage, by, note }) => `- ${day(time)} ${stage} by ${by}${note === undefined ? '' : `: ${note}`}`), '')
  return lines.join('\n')
}

/** What a model stands on, in sentences: from its version back to data, labels and people. */
export function lineageOf(model: WireModel): string[] {
  const { dataSet, onnx } = model
  return [
    `Model ${model.version} of ${model.asset} for ${model.output}, id ${model.id}, code ${model.codeVersion}`,
    ...(onnx === null ? [] : [`ONNX file with SHA-256 ${onnx.file}, checked on ${onnx.check.pairs} pairs`]),
    ...(dataSet === null ? [] : [`${dataSet.samples} samples of ${dataSet.signals.length + dataSet.states.length} signals from ${day(dataSet.from)} to ${day(dataSet.to)} UTC with SHA-256 ${dataSet.hash}`]),
    ...(dataSet === null ? [] : dataSet.labels.map(({ id, version, kind, author }) => `Label ${id}, version ${version}: ${kind}, by ${author}`)),
    `Made by ${model.author}, ${model.approver === null ? 'approved by nobody yet' : `approved by ${model.approver}`}`,
  ]
}

function brought({ onnx }: WireModel): string[] {
  if (onnx === null) return []
  const { contract, check, file } = onnx
  const scaling = (one: { scaling?: (typeof contract.inputs)[number]['scaling'] }) => (one.scaling === undefined ? '–' : 'mean' in one.scaling ? `(x − ${one.scaling.mean}) / ${one.scaling.std}` : `${one.scaling.min} … ${one.scaling.max} → 0 … 1`)
  return [
    '', '## Contract', '', `${contract.name}. File \`${file}\`, ${check.pairs} given pairs reproduced (worst ${(100 * (check.worst ?? 0)).toFixed(1)} % of the tolerance), ${check.callUs.toFixed(0)} µs a call.`, '',
    '| input | unit | scaling |', '|---|---|---|', ...contract.inputs.map((input) => `| ${input.signal} | ${input.unit ?? '–'} | ${scaling(input)} |`), '',
    `${contract.rows} rows of ${contract.stepSeconds} s, called every ${contract.everyRows} rows; a missing value is filled by the rule "${contract.fill.rule}".`,
    `Output: ${contract.output.means}, written to ${contract.output.signal}${contract.output.unit === undefined ? '' : ` in ${contract.output.unit}`}.`,
  ]
}

function data({ dataSet, kind }: WireModel): string[] {
  if (dataSet === null) return []
  const lines = ['', kind === 'onnx' ? '## Data of the back-test' : '## Data', '', `- ${day(dataSet.from)} to ${day(dataSet.to)} UTC, ${dataSet.signals.length} signals, ${dataSet.states.length} state signals, ${dataSet.samples} samples`]
  return [...lines, `- ${dataSet.labels.length} labels`, `- SHA-256 \`${dataSet.hash}\``]
}

function measured({ backTest, metrics, effects, verdictEffect }: WireModel): string[] {
  const lines: string[] = []
  const shown = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits))
  if (backTest !== null) {
    lines.push('', '## Back-test', '', 'Each minute was judged before it was learned from.', '', '| events found | false alarms a day | delay (median, s) | lead (median, s) | days judged |', '|---|---|---|---|---|')
    lines.push(`| ${backTest.found} of ${backTest.events} | ${shown(backTest.falseAlarmsPerDay, 3)} | ${shown(backTest.delaySeconds, 0)} | ${shown(backTest.leadSeconds, 0)} | ${backTest.judgedDays.toFixed(1)} |`)
  }
  if (metrics.length > 0) lines.push('', '## Metrics', '', '| metric | value | simplest rule |', '|---|---|---|', ...metrics.map(({ name, value, baseline, unit }) => `| ${name} | ${Number(value.toPrecision(5))}${unit === undefined ? '' : ` ${unit}`} | ${baseline === null ? '–' : Number(baseline.toPrecision(5))} |`))
  if (verdictEffect !== null) lines.push('', '## What verdicts changed', '', `${verdictEffect.falseGone} false alarms gone, ${verdictEffect.falseLeft} left; ${verdictEffect.realKept} real ones told again, ${verdictEffect.realLost} lost.`)
  if (effects.length > 0) lines.push('', '| anomaly | verdict | told again |', '|---|---|---|', ...effects.map((effect) => `| ${effect.anomaly} | ${effect.verdict} | ${effect.toldAgain ? 'yes' : 'no'} |`))
  return lines
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
