import { machineDefect, type FaultKind } from './fault-kind.ts'

/** Somebody entered a slower ramp: the goods get warm late. Each value is usual in itself, and the end is right. */
export const slowRamp: FaultKind = {
  kind: 'slow_ramp',
  words: { en: 'Ramp too slow', zh: '升温速率偏低' },
  description: { en: 'A slower ramp was entered: temperatures lag behind the recipe, the cure is right.', zh: '升温速率被改低：升温段温度落后于配方曲线，保温段正常。' },
  media: [],
  defaultSeverity: 0.7,
  defaultRampS: 0,
  growth: 'linear',
  placements: machineDefect('ramp', ['front_setpoint', 'rear_setpoint', 'front_temperature', 'rear_temperature', 'goods_temperature', 'front_heater_power', 'rear_heater_power', 'front_heater_duty', 'rear_heater_duty', 'power']),
}
