import type { FaultKind } from './fault-kind.ts'
import { onEveryUnit } from './rotating-placement.ts'

/** A spall on a race of the drive-end bearing that grows: it knocks first, then warms, then shakes, and costs power all along. */
export const bearingWear: FaultKind = {
  kind: 'bearing_wear',
  words: { en: 'Bearing wear', zh: '轴承磨损' },
  description: { en: 'A spall on the outer or inner race of the drive-end bearing grows.', zh: '驱动端轴承外圈或内圈剥落并逐渐扩大。' },
  media: ['electricity', 'parts'],
  defaultSeverity: 0.8,
  defaultRampS: 6 * 3600,
  growth: 'quadratic',
  placements: (ground) =>
    onEveryUnit(ground, ['outer', 'inner'],
      () => ['envelope_de', 'acceleration_de', 'bearing_de_temperature', 'vibration_de', 'vibration_nde', 'torque', 'motor_power', 'motor_current', 'winding_temperature', 'bearing_nde_temperature'],
      (unit, level, variant) => {
        if (variant === 'inner') unit.defects.innerRace = level
        else unit.defects.outerRace = level
      }),
}
