import type { WireSoftSensorBackTest } from '@millwright/model/wire/soft-sensor.ts'
import type { TrainedSoftSensor } from './soft-sensor-training.ts'

const NAMES = { ridge: { en: 'Ridge regression', zh: '岭回归' }, pls: { en: 'Partial least squares', zh: '偏最小二乘' }, boosting: { en: 'Boosted trees', zh: '梯度提升树' } } as const

/** The proof of a soft sensor, with words for people. */
export function backTestOf({ method, rows, trials, lastValueRmse, meanRmse, band, isUseful, isStandIn }: TrainedSoftSensor): WireSoftSensorBackTest {
  const [best] = trials
  const r2 = Math.round(100 * Math.max(0, best?.r2 ?? 0))
  const digits = (value: number) => Number(value.toPrecision(3))
  const standIn = isStandIn ? { en: ' The target is measured all the time: this is a stand-in for when it fails.', zh: '目标信号本身持续测量：本软测量用于其失效时替代。' } : { en: '', zh: '' }
  const why = isUseful
    ? {
        en: `${NAMES[method].en} tells each fifth of the time best from the others: it explains ${r2} % of what was measured ${rows} times, and nine of ten values lie within ±${digits(band)}.${standIn.en}`,
        zh: `${NAMES[method].zh}在分段交叉验证中最好：解释 ${rows} 次测量中 ${r2} % 的变化，九成取值误差在 ±${digits(band)} 以内。${standIn.zh}`,
      }
    : {
        en: `It is not of use: its error of ${digits(best?.rmse ?? Number.NaN)} is not clearly smaller than that of saying the last measured value again (${digits(lastValueRmse)}) or the mean (${digits(meanRmse)}). Other inputs, or a longer range, may help.`,
        zh: `没有实用价值：其误差 ${digits(best?.rmse ?? Number.NaN)} 并不明显小于沿用上次测量值（${digits(lastValueRmse)}）或取均值（${digits(meanRmse)}）。可尝试其他输入信号或更长的时间范围。`,
      }
  return { rows, trials: trials.map((trial, at) => ({ ...trial, isChosen: at === 0 })), lastValueRmse, meanRmse, band, isUseful, why }
}
