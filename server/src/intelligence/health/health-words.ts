import type { WireWords } from '@millwright/model/wire/anomaly.ts'
import { US_PER_HOUR } from '@millwright/model/time.ts'
import { durationWords } from '../forecasts/duration-words.ts'
import { FEWEST_RUNS } from '../predictors/life-model.ts'
import type { AssetStatus } from '../runtime/stream-messages.ts'
import type { KnownHealth } from './health.ts'

const TRAIN: WireWords = {
  en: `For a remaining life in hours: at least ${FEWEST_RUNS} run-to-failure histories of machines alike (labelled faults, events, or given times), learned by a life model.`,
  zh: `要得到剩余寿命（小时）：需要至少 ${FEWEST_RUNS} 段同类设备从正常到故障的历史（故障标签、事件或给定时间），用于训练寿命模型。`,
}
const WATCH: WireWords = { en: 'Half a day to two days of its signals, in its usual operating states.', zh: '需要该设备在常见运行状态下半天到两天的数据。' }

/** Why an asset's health is told as it is, and what would be needed to know more. */
export function healthWords({ status, index, model, life, trouble }: KnownHealth): { why: WireWords; needs: WireWords[] } {
  if (life !== undefined && model !== undefined) {
    const span = (steps: number) => durationWords(Math.max(1, steps * model.stepHours * US_PER_HOUR))
    const [low, median, high] = [span(life.low), span(life.median), span(life.high)]
    return {
      why: {
        en: `Learned from ${model.runs.length} failures of machines alike ("${model.definition.name}"): about ${median.en} of work left, in four of five cases between ${low.en} and ${high.en}.`,
        zh: `由同类设备的 ${model.runs.length} 次故障学得（“${model.definition.name}”）：约可再工作 ${median.zh}，五次中有四次在 ${low.zh}至 ${high.zh}之间。`,
      },
      needs: [],
    }
  }
  const needs = [...(index === undefined && status?.phase !== 'watching' ? [WATCH] : []), ...(model === undefined ? [TRAIN] : []), ...(trouble === undefined ? [] : [{ en: `The life model cannot tell yet: ${trouble}.`, zh: `寿命模型暂不能给出结果：${trouble}。` }])]
  if (index === undefined) return { why: unknownWhy(status), needs }
  return {
    why: {
      en: 'A simple rule: 100 while its minutes are as usual, 50 where an anomaly is told, smoothed over an hour. It knows no failures and tells no remaining life.',
      zh: '简单规则：与平时一致为 100，达到异常提示为 50，按一小时平滑。它不了解故障历史，也不给出剩余寿命。',
    },
    needs,
  }
}

function unknownWhy(status: AssetStatus | undefined): WireWords {
  if (status?.isKilled === true) return { en: 'Judging was switched off by somebody.', zh: '评判已被人为关闭。' }
  if (status?.phase !== 'watching') return { en: 'It is still learning what is normal.', zh: '仍在学习正常状态。' }
  return { en: 'Nothing of the last hour has been judged: the machine is silent, stands, or its past is still being looked at.', zh: '最近一小时没有可评判的数据：设备无数据、停机，或历史数据仍在处理。' }
}
