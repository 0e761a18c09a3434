import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import { CARD_WORDS, type CardLanguage } from './card-words.ts'

/** The model card as Markdown, after Mitchell et al., "Model cards for model reporting" (FAT* 2019): purpose, data, how it was measured, people. */
export function cardOf(model: WireModel, language: CardLanguage = 'en'): string {
  const w = CARD_WORDS[language]
  const purpose = language === 'zh' ? (model.purposeZh ?? model.purpose) : model.purpose
  const lines = [`# ${w.title(model)}`, '', purpose, '', `- id: \`${model.id}\``, `- ${w.stage}: ${w.stages[model.stage]}${model.isKilled ? w.off : ''}`]
  lines.push(`- ${w.author}: ${model.author}; ${w.approver}: ${model.approver ?? w.nobody}`, `- ${w.code}: ${model.codeVersion}`)
  if (model.experiment !== null) lines.push(`- ${w.experiment}: ${model.experiment}`)
  lines.push(...brought(model, language), ...data(model, language), ...measured(model, language))
  if (model.notes !== '') lines.push('', `## ${w.notes}`, '', model.notes)
  lines.push('', `## ${w.history}`, '', ...model.history.map(({ time, stage, by, note }) => `- ${day(time)} ${w.step(w.stages[stage], by)}${note === undefined ? '' : `: ${note}`}`), '')
  return lines.join('\n')
}

/** What a model stands on, in sentences: from its version back to data, labels and people. */
export function lineageOf(model: WireModel, language: CardLanguage = 'en'): string[] {
  const w = CARD_WORDS[language]
  const { dataSet, onnx } = model
  return [
    w.lineage.model(model),
    ...(onnx === null ? [] : [w.lineage.file(onnx.file, onnx.check.pairs)]),
    ...(dataSet === null ? [] : [w.lineage.data({ samples: dataSet.samples, signals: dataSet.signals.length + dataSet.states.length, from: day(dataSet.from), to: day(dataSet.to), hash: dataSet.hash })]),
    ...(dataSet === null ? [] : dataSet.labels.map((label) => w.lineage.label(label))),
    w.lineage.people(model.author, model.approver),
  ]
}

function brought({ onnx }: WireModel, language: CardLanguage): string[] {
  if (onnx === null) return []
  const w = CARD_WORDS[language].contract
  const { contract, check, file } = onnx
  const scaling = (one: { scaling?: (typeof contract.inputs)[number]['scaling'] }) => (one.scaling === undefined ? '–' : 'mean' in one.scaling ? `(x − ${one.scaling.mean}) / ${one.scaling.std}` : `${one.scaling.min} … ${one.scaling.max} → 0 … 1`)
  return [
    '', `## ${w.title}`, '', w.checked({ name: contract.name, file, pairs: check.pairs, worst: (100 * (check.worst ?? 0)).toFixed(1), us: check.callUs.toFixed(0) }), '',
    `| ${w.input} | ${w.unit} | ${w.scaling} |`, '|---|---|---|', ...contract.inputs.map((input) => `| ${input.signal} | ${input.unit ?? '–'} | ${scaling(input)} |`), '',
    w.rows(contract.rows, contract.stepSeconds, contract.everyRows, contract.fill.rule),
    w.output(contract.output.means, contract.output.signal, contract.output.unit),
  ]
}

function data({ dataSet, kind }: WireModel, language: CardLanguage): string[] {
  if (dataSet === null) return []
  const w = CARD_WORDS[language].data
  return ['', `## ${kind === 'onnx' ? w.ofBackTest : w.title}`, '', `- ${w.what({ from: day(dataSet.from), to: day(dataSet.to), signals: dataSet.signals.length, states: dataSet.states.length, samples: dataSet.samples })}`, `- ${w.labels(dataSet.labels.length)}`, `- SHA-256 \`${dataSet.hash}\``]
}

function measured({ backTest, metrics, effects, verdictEffect, confusion }: WireModel, language: CardLanguage): string[] {
  const w = CARD_WORDS[language].measured
  const lines: string[] = []
  const shown = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits))
  if (backTest !== null) {
    lines.push('', `## ${w.backTest}`, '', w.causal, '', `| ${w.columns.join(' | ')} |`, '|---|---|---|---|---|')
    lines.push(`| ${w.foundOf(backTest.found, backTest.events)} | ${shown(backTest.falseAlarmsPerDay, 3)} | ${shown(backTest.delaySeconds, 0)} | ${shown(backTest.leadSeconds, 0)} | ${backTest.judgedDays.toFixed(1)} |`)
  }
  if (metrics.length > 0) lines.push('', `## ${w.metrics}`, '', `| ${w.metricColumns.join(' | ')} |`, '|---|---|---|', ...metrics.map(({ name, value, baseline, unit }) => `| ${name} | ${Number(value.toPrecision(5))}${unit === undefined ? '' : ` ${unit}`} | ${baseline === null ? '–' : Number(baseline.toPrecision(5))} |`))
  if (confusion !== null) {
    lines.push('', `## ${w.confusion}`, '', w.confusionHelp(confusion.truth, confusion.unknown), '', `| | ${confusion.classes.join(' | ')} |`, `|---|${confusion.classes.map(() => '---|').join('')}`)
    lines.push(...confusion.counts.map((row, at) => `| **${confusion.classes[at] ?? ''}** | ${row.join(' | ')} |`))
  }
  if (verdictEffect !== null) lines.push('', `## ${w.verdicts}`, '', w.effect(verdictEffect))
  if (effects.length > 0) lines.push('', `| ${w.effectColumns.join(' | ')} |`, '|---|---|---|', ...effects.map((effect) => `| ${effect.anomaly} | ${w.said[effect.verdict] ?? effect.verdict} | ${effect.toldAgain ? w.yes : w.no} |`))
  return lines
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
