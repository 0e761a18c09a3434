import { machineDefect, type FaultKind } from './fault-kind.ts'

/** The cutting edge breaks: force and power fall, the sound of the cut goes, parts are spoiled until the monitor stops the machine. */
export const toolBreakage: FaultKind = {
  kind: 'tool_breakage',
  words: { en: 'Tool breakage', zh: '断刀' },
  description: { en: 'The edge breaks: no force, spoiled parts, then a stop until it is cleared.', zh: '刀刃断裂：切削力消失，产生废品，随后停机等待处理。' },
  media: ['parts', 'electricity', 'air', 'heat', 'water'],
  defaultSeverity: 1,
  defaultRampS: 0,
  growth: 'linear',
  placements: machineDefect('toolBroken', ['cutting_force', 'acoustic_emission', 'spindle_torque', 'spindle_motor_power', 'axis_x_load', 'axis_z_load', 'power', 'state', 'stop_reason']),
}
