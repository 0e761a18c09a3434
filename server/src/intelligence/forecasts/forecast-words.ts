import type { WireWords } from '@millwright/model/wire/anomaly.ts'
import type { ForecastMethod } from '@millwright/model/wire/forecast.ts'
import type { ForecastResult } from './forecast-task.ts'

const NAMES: Readonly<Record<ForecastMethod, WireWords>> = {
  seasonal_naive: { en: 'Repeating the past (the last value or the last season)', zh: '沿用过去（上一个值或上一周期）' },
  linear: { en: 'A linear map of the recent past', zh: '近期数据的线性映射' },
  exponential_smoothing: { en: 'Exponential smoothing', zh: '指数平滑' },
  boosting: { en: 'Boosted trees', zh: '梯度提升树' },
  combination: { en: 'The mean of linear, smoothing and boosting', zh: '线性、平滑、提升三者的均值' },
}

/** Which method won, by how much, and whether its interval can be trusted, as one would say it to a colleague. */
export function forecastWords({ champion, methods, trials, expected, high, low }: ForecastResult, coverage: number): WireWords {
  const [best] = methods
  const width = high.reduce((sum, value, step) => sum + value - (low[step] as number), 0)
  if (best === undefined || best.rmse === 0 || width === 0) return { en: 'The signal does not change: its value is told again.', zh: '该信号没有变化：沿用当前值。' }
  const percent = Math.round(best.gain * 100)
  const won = champion === 'seasonal_naive'
    ? { en: `No method beat it in ${trials} forecasts of the past.`, zh: `在 ${trials} 次历史回测中没有方法优于它。` }
    : { en: `In ${trials} forecasts of the past it was ${percent} % closer than repeating the past.`, zh: `在 ${trials} 次历史回测中，误差比沿用过去小 ${percent} %。` }
  const asked = Math.round(coverage * 100)
  const held = best.coverage === undefined
    ? { en: 'There were too few trials to check the interval.', zh: '回测次数不足，无法检验区间。' }
    : { en: `Its ${asked} % interval held ${Math.round(best.coverage * 100)} % of what came.`, zh: `其 ${asked} % 区间实际包含 ${Math.round(best.coverage * 100)} % 的取值。` }
  return { en: `${NAMES[champion].en} tells the next ${expected.length} steps. ${won.en} ${held.en}`, zh: `由“${NAMES[champion].zh}”预测后 ${expected.length} 步。${won.zh}${held.zh}` }
}
