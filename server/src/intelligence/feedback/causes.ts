/** A cause that a person may name; the tree follows the failure modes and mechanisms of ISO 14224:2016, annex B, in words of the shop floor. */
export interface Cause {
  readonly code: string
  readonly parent: string | null
  readonly en: string
  readonly zh: string
  /** Failure mode code of ISO 14224, where there is one. */
  readonly iso?: string
}

const node = (code: string, parent: string | null, en: string, zh: string, iso?: string): Cause => ({ code, parent, en, zh, ...(iso !== undefined && { iso }) })

/** The tree, parents before children. */
export const CAUSES: readonly Cause[] = [
  node('mechanical', null, 'Mechanical', '机械'),
  node('bearing', 'mechanical', 'Bearing worn or damaged', '轴承磨损或损坏', 'VIB'),
  node('lubrication', 'mechanical', 'Lubrication wanting or bad', '润滑不足或变质', 'OHE'),
  node('imbalance', 'mechanical', 'Imbalance', '不平衡', 'VIB'),
  node('misalignment', 'mechanical', 'Misalignment', '不对中', 'VIB'),
  node('looseness', 'mechanical', 'Looseness', '松动', 'VIB'),
  node('belt', 'mechanical', 'Belt or chain slips or is worn', '皮带或链条打滑、磨损', 'LOO'),
  node('gear', 'mechanical', 'Gear damaged', '齿轮损坏', 'NOI'),
  node('tool', 'mechanical', 'Tool worn or broken', '刀具磨损或断裂', 'BRD'),
  node('blockage', 'mechanical', 'Jam or blockage', '卡滞或堵塞', 'PLU'),
  node('process', null, 'Fluid and process', '流体与工艺'),
  node('cavitation', 'process', 'Cavitation', '汽蚀', 'VIB'),
  node('filter', 'process', 'Filter clogged', '过滤器堵塞', 'PLU'),
  node('leak_outside', 'process', 'Leak to the outside', '外漏', 'ELU'),
  node('leak_inside', 'process', 'Leak inside', '内漏', 'INL'),
  node('valve', 'process', 'Valve sticks', '阀门卡涩', 'FTR'),
  node('cooling', 'process', 'Cooling too weak', '冷却不足', 'OHE'),
  node('material', 'process', 'Material or product other than usual', '原料或产品变化', 'PDE'),
  node('electrical', null, 'Electrical and control', '电气与控制'),
  node('motor', 'electrical', 'Motor', '电机', 'OHE'),
  node('heater', 'electrical', 'Heater failing', '加热器失效', 'LOO'),
  node('supply', 'electrical', 'Power supply', '供电', 'ERO'),
  node('control', 'electrical', 'Control or setpoint', '控制或设定值', 'FTR'),
  node('instrument', null, 'Measurement', '测量'),
  node('sensor_drift', 'instrument', 'Sensor drifts', '传感器漂移', 'AIR'),
  node('sensor_stuck', 'instrument', 'Sensor stands still', '传感器卡死', 'AIR'),
  node('sensor_spike', 'instrument', 'Sensor jumps', '传感器跳变', 'AIR'),
  node('wiring', 'instrument', 'Wiring or contact', '接线或接触不良', 'AIR'),
  node('network', 'instrument', 'Network or gateway', '网络或网关', 'AIR'),
  node('operation', null, 'Operation', '操作'),
  node('maintenance', 'operation', 'Maintenance under way', '正在维护'),
  node('changeover', 'operation', 'Changeover or trial', '换型或试验'),
  node('other_use', 'operation', 'Used other than usual', '非常规使用'),
  node('weather', 'operation', 'Weather or surroundings', '天气或环境'),
  node('unknown', null, 'Not known', '不明', 'UNK'),
]

const BY_CODE = new Map(CAUSES.map((cause) => [cause.code, cause]))

export function causeOf(code: string): Cause | undefined {
  return BY_CODE.get(code)
}
