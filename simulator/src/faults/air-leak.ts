import { machineDefect, type FaultKind } from './fault-kind.ts'

/** A hole in the compressed-air main: flow goes with absolute pressure, and compressors work for nothing. */
export const airLeak: FaultKind = {
  kind: 'air_leak',
  words: { en: 'Compressed-air leak', zh: '压缩空气泄漏' },
  description: { en: 'A hole in the main, up to 8 mm: more flow at night too, more compressor power.', zh: '主管泄漏（最大8 mm孔），夜间流量也升高，空压机耗电增加。' },
  media: ['air', 'electricity'],
  defaultSeverity: 0.6,
  defaultRampS: 1800,
  growth: 'linear',
  placements: machineDefect('leak', ['network_flow', 'supplied_flow', 'pressure', 'volume']),
}
