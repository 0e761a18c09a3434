import { ASSET_LEVELS, type AssetLevel } from '@millwright/model/asset.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'

/** The columns of a table, in the order of an export. */
export const COLUMNS = ['row', 'path', 'level', 'type', 'kind', 'unit', 'low', 'high', 'deadband', 'retention_days', 'description', 'properties'] as const
export type ColumnName = (typeof COLUMNS)[number]

/** What else a column may be called; case and white space around do not count. */
const OTHER_COLUMN_NAMES: Readonly<Record<ColumnName, readonly string[]>> = {
  row: ['行类型', '类别', 'row type'],
  path: ['路径', '资产路径', '信号路径'],
  level: ['层级', '级别'],
  type: ['类型', '资产类型', '设备类型'],
  kind: ['数据类型', '值类型', 'data type'],
  unit: ['单位', '工程单位'],
  low: ['下限', '量程下限', 'min'],
  high: ['上限', '量程上限', 'max'],
  deadband: ['死区'],
  retention_days: ['保留天数', 'retention', 'retention days'],
  description: ['描述', '说明', '备注'],
  properties: ['属性'],
}

const ROW_WORDS = { asset: ['资产', '设备'], signal: ['信号', '测点', '点位'] } as const

const KIND_WORDS: Readonly<Record<ValueKind, readonly string[]>> = {
  number: ['数值', '数字', '浮点', 'float', 'double', 'int'],
  boolean: ['布尔', '开关量', 'bool'],
  text: ['文本', '字符串', 'string'],
  waveform: ['波形'],
}

const LEVEL_WORDS: Readonly<Record<AssetLevel, readonly string[]>> = {
  enterprise: ['企业', '集团', '公司'],
  site: ['工厂', '厂区', '基地'],
  area: ['车间', '区域'],
  line: ['产线', '生产线'],
  cell: ['单元', '工作单元'],
  equipment: ['设备', '装备'],
  component: ['部件', '组件'],
}

function lookUp<T extends string>(names: readonly T[], others: Readonly<Record<T, readonly string[]>>): ReadonlyMap<string, T> {
  return new Map(names.flatMap((name) => [name, ...others[name]].map((word) => [word, name] as const)))
}

/** Each word that may stand in a file, with what it means. */
export const COLUMN_OF = lookUp(COLUMNS, OTHER_COLUMN_NAMES)
export const ROW_OF = lookUp(['asset', 'signal'], ROW_WORDS)
export const KIND_OF = lookUp(['number', 'boolean', 'text', 'waveform'], KIND_WORDS)
export const LEVEL_OF = lookUp(ASSET_LEVELS, LEVEL_WORDS)

/** A column of one property is called `property.<name>` (or `属性.<name>`). */
export const PROPERTY_PREFIX = 'property.'
export const PROPERTY_PREFIXES = [PROPERTY_PREFIX, '属性.'] as const
