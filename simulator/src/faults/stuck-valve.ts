import { machineDefect, type FaultKind } from './fault-kind.ts'

/** The stem binds: the position no longer follows its command, and the circuit's temperature wanders with its load. */
export const stuckValve: FaultKind = {
  kind: 'stuck_valve',
  words: { en: 'Stuck valve', zh: '阀门卡涩' },
  description: { en: 'The valve stays where it is while the controller asks for more or less.', zh: '阀杆卡涩，阀位不再跟随指令。' },
  media: ['water', 'heat', 'electricity'],
  defaultSeverity: 1,
  defaultRampS: 0,
  growth: 'linear',
  placements: machineDefect('stuck', ['position', 'position_command', 'circuit_temperature', 'flow', 'return_temperature', 'heat_flow']),
}
