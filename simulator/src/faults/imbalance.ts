import type { FaultKind } from './fault-kind.ts'
import { onEveryUnit } from './rotating-placement.ts'

/** A mass off the axis: it shakes once a turn, with the square of speed, and costs no power. */
export const imbalance: FaultKind = {
  kind: 'imbalance',
  words: { en: 'Imbalance', zh: '不平衡' },
  description: { en: 'Deposits or a lost weight unbalance the rotor: vibration at once per turn.', zh: '转子积垢或配重脱落引起不平衡，一倍频振动增大。' },
  media: [],
  defaultSeverity: 0.6,
  defaultRampS: 0,
  growth: 'linear',
  placements: (ground) => onEveryUnit(ground, [''], () => ['vibration_de', 'vibration_nde'], (unit, level) => { unit.defects.imbalance = level }),
}
