import { machineDefect, type FaultKind } from './fault-kind.ts'

/** The suction line is partly blocked: pressure before the impeller falls towards that of vapour, bubbles collapse, head and flow are lost. */
export const cavitation: FaultKind = {
  kind: 'cavitation',
  words: { en: 'Cavitation', zh: '汽蚀' },
  description: { en: 'A blocked suction line starves the pump: bubbles, noise, and less flow.', zh: '吸入管路部分堵塞，泵入口压力下降，产生汽蚀、噪声并损失流量。' },
  media: ['water', 'electricity'],
  defaultSeverity: 0.9,
  defaultRampS: 600,
  growth: 'linear',
  placements: machineDefect('cavitation', ['suction_pressure', 'acceleration_de', 'flow', 'vibration_de', 'envelope_de', 'vibration_nde', 'torque', 'motor_power']),
}
