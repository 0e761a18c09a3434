import type { FaultKind } from './fault-kind.ts'
import { onEveryUnit } from './rotating-placement.ts'

/** Shafts out of line: they shake twice a turn, load both bearings and warm them. */
export const misalignment: FaultKind = {
  kind: 'misalignment',
  words: { en: 'Misalignment', zh: '不对中' },
  description: { en: 'Coupled shafts are out of line: vibration at twice per turn, warm bearings.', zh: '联轴器两轴不对中，二倍频振动增大，轴承升温。' },
  media: ['electricity', 'parts'],
  defaultSeverity: 0.6,
  defaultRampS: 0,
  growth: 'linear',
  placements: (ground) =>
    onEveryUnit(ground, [''], () => ['vibration_de', 'vibration_nde', 'bearing_de_temperature', 'bearing_nde_temperature', 'torque', 'motor_power', 'motor_current', 'winding_temperature'],
      (unit, level) => { unit.defects.misalignment = level }),
}
