import type { WireWords } from '@millwright/model/wire/anomaly.ts'
import type { PickReason, WatchPick } from '../runtime/routed/watch-pick.ts'

type Sentence = (values: WatchPick['values']) => WireWords

/** What a pick does and why, as one would explain it to a colleague. */
export function pickWords({ reason, values }: WatchPick): WireWords {
  return SENTENCES[reason](values)
}

/** Seconds as one says them: 1 s, 15 s, 10 min. */
function span(value: number | string | undefined): WireWords {
  const seconds = Number(value)
  if (seconds < 120) return { en: `${round(seconds)} s`, zh: `${round(seconds)} 秒` }
  return { en: `${round(seconds / 60)} min`, zh: `${round(seconds / 60)} 分钟` }
}

function round(value: number): string {
  return String(Number(value.toPrecision(2)))
}

/** One span, or from one to another. */
function spans(shortest: number | string | undefined, longest: number | string | undefined): WireWords {
  const [one, other] = [span(shortest), span(longest)]
  return one.en === other.en ? one : { en: `${one.en} to ${other.en}`, zh: `${one.zh}至 ${other.zh}` }
}

const SENTENCES: Readonly<Record<PickReason, Sentence>> = {
  moveTogether: ({ signals }) => ({ en: `Each is compared with what the other ${Number(signals) - 1} let expect, because on one machine they move together.`, zh: `每个信号与由其余 ${Number(signals) - 1} 个信号推算的值比较：同一设备的信号相互关联。` }),
  alone: () => ({ en: 'It is compared with its own mean and spread: there is no other signal to compare it with.', zh: '与自身均值和离散度比较：没有其他信号可供比较。' }),
  hourOfDay: () => ({ en: 'Each is compared with its own level at this hour of the day, for what moves all signals together.', zh: '每个信号与自身在该时段的水平比较，以发现所有信号一起变化的情况。' }),
  manySamples: () => ({ en: 'Single samples that jump are looked for: there are enough samples a minute.', zh: '检查个别采样跳变：每分钟采样足够多。' }),
  fewSamples: ({ least }) => ({ en: `Jumps of single samples cannot be told: that takes ${least} samples a minute.`, zh: `无法判断个别采样跳变：每分钟至少需 ${least} 个采样。` }),
  lively: () => ({ en: 'A value that stands still while the others move is told: the sensor may be dead.', zh: '其他信号变化而数值不变时会提示：传感器可能失效。' }),
  youngStill: ({ hours }) => ({ en: `A value that stands still is told after ${hours} hours of data, when it is known how long one may rest.`, zh: `积累 ${hours} 小时数据、了解通常静止时长后，才提示数值卡死。` }),
  longStays: () => ({ en: 'A state that lasts far longer than ever before is told, and a new one that does not end.', zh: '状态持续时间远超以往，或新状态不结束时，会提示。' }),
  youngStays: ({ days }) => ({ en: `How long states may last is judged after ${days} days, so that a weekend is among them.`, zh: `${days} 天之后（含一个周末）才评判状态的时长。` }),
  steadyPace: ({ shortest, longest }) => ({ en: `Samples come by the clock, every ${spans(shortest, longest).en}: a lower rate, or silence while the others go on, is told.`, zh: `定时采样，每 ${spans(shortest, longest).zh}一次：采样变稀，或其他信号正常而采样中断时，会提示。` }),
  unsteadyPace: () => ({ en: 'Samples come when a value changes, so a change of their rate says nothing.', zh: '仅在数值变化时采样，速率变化没有意义。' }),
  lonely: ({ signals }) => ({ en: `With ${signals === 1 ? 'no other signal' : 'so few signals'} to compare it with, the course of the last quarter of an hour is compared with the last half day: a course like none before is told.`, zh: `${signals === 1 ? '没有其他信号' : '可比较的信号太少'}，因此将最近一刻钟的走势与此前半天比较：出现从未有过的走势时会提示。` }),
  noGain: () => ({ en: 'The order of values is not watched: on recorded data it rang falsely and found nothing that the others do not.', zh: '不监视数值的前后顺序：在历史数据上它会误报，且没有发现其他方法未发现的问题。' }),
  hasOthers: () => ({ en: 'The course of single signals is not watched: on machines with several signals it found nothing that the comparison with the others does not, and rang falsely.', zh: '不单独监视各信号的走势：在多信号设备上，它没有发现联合比较未发现的问题，反而会误报。' }),
  recipe: ({ courses }) => ({ en: `These take the same course in each run of a phase: ${courses} courses are known, each run is compared with its own from minute to minute.`, zh: `这些信号在每次运行同一阶段时走势相同：已掌握 ${courses} 条走势，每次运行逐分钟与之比较。` }),
  recipeLearning: ({ runs, needed }) => ({ en: `Phases come again and again; their usual course is known after ${needed} runs of one (the most so far: ${runs}).`, zh: `阶段反复出现；同一阶段运行 ${needed} 次后才掌握其正常走势（目前最多 ${runs} 次）。` }),
  counter: () => ({ en: 'They only grow, and are not judged; that they start again from nothing is normal.', zh: '累计量，不评判；归零重新累计属正常。' }),
  unvaried: ({ least }) => ({ en: `They have shown fewer than ${least} values or hardly ever change: setpoints, codes, what stands still.`, zh: `取值少于 ${least} 个或几乎不变：设定值、代码、静止量。` }),
  beyondLimit: ({ most }) => ({ en: `An asset is watched by ${most} signals at most; these come after them.`, zh: `每个资产最多监视 ${most} 个信号，这些超出了上限。` }),
  tooFewSamples: () => ({ en: 'Too little was seen of them yet: some hours in each operating state are needed.', zh: '数据尚少：每种运行状态需要数小时。' }),
}
