import type { ModelStage, WireConfusion, WireModel, WireVerdictEffect } from '@millwright/model/wire/ai-model.ts'

/** Languages in which a model card is exported. */
export const CARD_LANGUAGES = ['en', 'zh'] as const
export type CardLanguage = (typeof CARD_LANGUAGES)[number]

interface Checked {
  readonly name: string
  readonly file: string
  readonly pairs: number
  readonly worst: string
  readonly us: string
}

interface DataFacts {
  readonly from: string
  readonly to: string
  readonly signals: number
  readonly samples: number
}

const en = {
  title: ({ asset, output, version }: WireModel) => `${asset}, ${output}, model ${version}`,
  stage: 'stage', off: ' (switched off)', author: 'author', approver: 'approver', nobody: 'none yet', code: 'code', experiment: 'experiment', notes: 'Notes', history: 'History',
  stages: { training: 'training', failed: 'failed', candidate: 'candidate', shadow: 'shadow', champion: 'champion', retired: 'retired' } satisfies Record<ModelStage, string> as Record<ModelStage, string>,
  step: (stage: string, by: string) => `${stage} by ${by}`,
  lineage: {
    model: ({ version, asset, output, id, codeVersion }: WireModel) => `Model ${version} of ${asset} for ${output}, id ${id}, code ${codeVersion}`,
    file: (file: string, pairs: number) => `ONNX file with SHA-256 ${file}, checked on ${pairs} pairs`,
    data: ({ samples, signals, from, to, hash }: DataFacts & { readonly hash: string }) => `${samples} samples of ${signals} signals from ${from} to ${to} UTC with SHA-256 ${hash}`,
    label: ({ id, version, kind, author }: { readonly id: string; readonly version: number; readonly kind: string; readonly author: string }) => `Label ${id}, version ${version}: ${kind}, by ${author}`,
    people: (author: string, approver: string | null) => `Made by ${author}, ${approver === null ? 'approved by nobody yet' : `approved by ${approver}`}`,
  },
  contract: {
    title: 'Contract', input: 'input', unit: 'unit', scaling: 'scaling',
    checked: ({ name, file, pairs, worst, us }: Checked) => `${name}. File \`${file}\`, ${pairs} given pairs reproduced (worst ${worst} % of the tolerance), ${us} µs a call.`,
    rows: (rows: number, seconds: number, every: number, fill: string) => `${rows} rows of ${seconds} s, called every ${every} rows; a missing value is filled by the rule "${fill}".`,
    output: (means: string, signal: string, unit: string | undefined) => `Output: ${means}, written to ${signal}${unit === undefined ? '' : ` in ${unit}`}.`,
  },
  data: {
    title: 'Data', ofBackTest: 'Data of the back-test',
    what: ({ from, to, signals, states, samples }: DataFacts & { readonly states: number }) => `${from} to ${to} UTC, ${signals} signals, ${states} state signals, ${samples} samples`,
    labels: (count: number) => `${count} labels`,
  },
  measured: {
    backTest: 'Back-test', causal: 'Each minute was judged before it was learned from.', columns: ['events found', 'false alarms a day', 'delay (median, s)', 'lead (median, s)', 'days judged'],
    foundOf: (found: number, events: number) => `${found} of ${events}`,
    metrics: 'Metrics', metricColumns: ['metric', 'value', 'simplest rule'],
    confusion: 'Confusion by class',
    confusionHelp: (truth: WireConfusion['truth'], unknown: number) => `Rows are what was true (${truth === 'signal' ? 'the target signal' : 'labels of people'}), columns what it said, in windows. Of ${unknown} windows the truth is not known.`,
    verdicts: 'What verdicts changed',
    effect: ({ falseGone, falseLeft, realKept, realLost }: WireVerdictEffect) => `${falseGone} false alarms gone, ${falseLeft} left; ${realKept} real ones told again, ${realLost} lost.`,
    effectColumns: ['anomaly', 'verdict', 'told again'], yes: 'yes', no: 'no',
    said: { real: 'real', not_real: 'not real', planned: 'planned', known: 'known' } as Readonly<Record<string, string>>,
  },
}

const zh: typeof en = {
  title: ({ asset, output, version }) => `${asset}，${output}，模型版本 ${version}`,
  stage: '阶段', off: '（已停用）', author: '作者', approver: '批准人', nobody: '尚无', code: '代码版本', experiment: '实验', notes: '备注', history: '历程',
  stages: { training: '训练中', failed: '失败', candidate: '候选', shadow: '影子', champion: '在用', retired: '退役' },
  step: (stage, by) => `${stage}，操作人 ${by}`,
  lineage: {
    model: ({ version, asset, output, id, codeVersion }) => `${asset} 的 ${output} 模型，版本 ${version}，编号 ${id}，代码 ${codeVersion}`,
    file: (file, pairs) => `ONNX 文件，SHA-256 ${file}，已用 ${pairs} 组样例核对`,
    data: ({ samples, signals, from, to, hash }) => `${from} 至 ${to}（UTC）${signals} 个信号的 ${samples} 个采样，SHA-256 ${hash}`,
    label: ({ id, version, kind, author }) => `标注 ${id}，版本 ${version}：${{ fault: '故障', planned: '计划内', normal: '正常' }[kind] ?? kind}，${author}`,
    people: (author, approver) => `作者 ${author}，${approver === null ? '尚未批准' : `批准人 ${approver}`}`,
  },
  contract: {
    title: '契约', input: '输入', unit: '单位', scaling: '缩放',
    checked: ({ name, file, pairs, worst, us }) => `${name}。文件 \`${file}\`，${pairs} 组样例全部一致（最大误差为允许值的 ${worst} %），单次调用 ${us} µs。`,
    rows: (rows, seconds, every, fill) => `窗口 ${rows} 行，每行 ${seconds} 秒，每 ${every} 行调用一次；缺失值处理：${{ hold: '沿用上一个值', value: '以固定值代替', none: '不调用' }[fill] ?? fill}。`,
    output: (means, signal, unit) => `输出：${{ value: '数值', anomaly_score: '异常分数', class: '类别', forecast: '预测' }[means] ?? means}，写入 ${signal}${unit === undefined ? '' : `，单位 ${unit}`}。`,
  },
  data: {
    title: '数据', ofBackTest: '回测数据',
    what: ({ from, to, signals, states, samples }) => `${from} 至 ${to}（UTC），${signals} 个信号，${states} 个状态信号，${samples} 个采样`,
    labels: (count) => `${count} 条标注`,
  },
  measured: {
    backTest: '回测', causal: '每一分钟都先评判、后学习。', columns: ['发现的事件', '每天误报', '延迟（中位数，秒）', '提前量（中位数，秒）', '评判天数'],
    foundOf: (found, events) => `${events} 个中的 ${found} 个`,
    metrics: '指标', metricColumns: ['指标', '值', '最简规则'],
    confusion: '各类别混淆情况',
    confusionHelp: (truth, unknown) => `行为真实类别（${truth === 'signal' ? '目标信号' : '人工标注'}），列为模型判断，单位为窗口数。另有 ${unknown} 个窗口真实类别不明。`,
    verdicts: '判定带来的变化',
    effect: ({ falseGone, falseLeft, realKept, realLost }) => `误报消除 ${falseGone} 个，剩余 ${falseLeft} 个；真实异常再次提示 ${realKept} 个，漏掉 ${realLost} 个。`,
    effectColumns: ['异常', '判定', '再次提示'], yes: '是', no: '否',
    said: { real: '真实', not_real: '非真实', planned: '计划内', known: '已知' },
  },
}

/** What a model card says around its figures. */
export const CARD_WORDS: Readonly<Record<CardLanguage, typeof en>> = { en, zh }
