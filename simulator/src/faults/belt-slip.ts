import { machineDefect, type FaultKind } from './fault-kind.ts'

/** A slack, glazed belt: the driven wheel falls behind the motor, and the difference is heat. */
export const beltSlip: FaultKind = {
  kind: 'belt_slip',
  words: { en: 'Belt slip', zh: '皮带打滑' },
  description: { en: 'A slack belt slips: the driven wheel is slow, the belt is hot.', zh: '皮带松弛打滑：从动轮转速下降，皮带发热。' },
  media: ['electricity', 'water'],
  defaultSeverity: 0.5,
  defaultRampS: 1800,
  growth: 'linear',
  placements: machineDefect('beltSlip', [
    'drum_wheel_speed', 'drum_belt_temperature', 'belt_speed', 'impeller_wheel_speed', 'impeller_belt_temperature', 'air_flow', 'duct_pressure', 'fan_wheel_speed', 'fan_belt_temperature',
    'motor_power', 'torque', 'fan_torque',
  ]),
}
