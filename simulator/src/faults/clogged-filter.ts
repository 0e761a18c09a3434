import { machineDefect, type FaultKind } from './fault-kind.ts'

/** A filter fills up: its pressure drop grows with the square of flow, and what is behind it gets less. */
export const cloggedFilter: FaultKind = {
  kind: 'clogged_filter',
  words: { en: 'Clogged filter', zh: '过滤器堵塞' },
  description: { en: 'A filter or strainer fills up: its differential pressure grows.', zh: '过滤器逐渐堵塞，压差升高。' },
  media: ['water', 'air', 'electricity', 'parts', 'heat'],
  defaultSeverity: 0.7,
  defaultRampS: 4 * 3600,
  growth: 'linear',
  placements: machineDefect('clogged', ['differential_pressure', 'filter_dp', 'intake_filter_dp', 'outlet_pressure', 'spray_pressure', 'supply_pressure', 'air_flow', 'duct_pressure', 'specific_power']),
}
