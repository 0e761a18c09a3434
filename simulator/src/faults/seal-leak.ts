import { machineDefect, type FaultKind } from './fault-kind.ts'

/** The seal of a door lets gas out: the pressure is held lower, and more gas is needed to hold it. Each value is met in every batch while the pressure comes and goes. */
export const sealLeak: FaultKind = {
  kind: 'seal_leak',
  words: { en: 'Leaking door seal', zh: '罐门密封泄漏' },
  description: { en: 'The door no longer seals: pressure stays below its setpoint, nitrogen flows all the time.', zh: '罐门密封失效：压力低于设定，氮气持续补充。' },
  media: [],
  defaultSeverity: 0.8,
  defaultRampS: 3_600,
  growth: 'linear',
  placements: machineDefect('seal', ['pressure', 'nitrogen_flow']),
}
