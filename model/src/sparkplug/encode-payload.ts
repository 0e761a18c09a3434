import type { DataSet, MetaData, Metric, Parameter, Payload, Property, PropertySet, Template, WireValue } from './payload.ts'
import { ProtoWriter } from './proto-writer.ts'

/** Encodes a payload, fields in the order of their numbers as other writers do. */
export function encodePayload(payload: Payload): Uint8Array<ArrayBuffer> {
  const writer = new ProtoWriter(64 + payload.metrics.length * 32)
  if (payload.timestampMs !== undefined) writer.uint64(0x08, payload.timestampMs)
  for (const metric of payload.metrics) writer.nested(0x12, () => writeMetric(writer, metric))
  if (payload.seq !== undefined) writer.uint64(0x18, payload.seq)
  if (payload.uuid !== undefined) writer.string(0x22, payload.uuid)
  if (payload.body !== undefined) writer.block(0x2a, payload.body)
  return writer.finish()
}

function writeMetric(writer: ProtoWriter, metric: Metric): void {
  const { metadata, properties, value } = metric
  if (metric.name !== undefined) writer.string(0x0a, metric.name)
  if (metric.alias !== undefined) writer.uint64(0x10, metric.alias)
  if (metric.timestampMs !== undefined) writer.uint64(0x18, metric.timestampMs)
  if (metric.datatype !== undefined) writer.uint32(0x20, metric.datatype)
  if (metric.isHistorical !== undefined) writer.bool(0x28, metric.isHistorical)
  if (metric.isTransient !== undefined) writer.bool(0x30, metric.isTransient)
  if (metric.isNull !== undefined) writer.bool(0x38, metric.isNull)
  if (metadata !== undefined) writer.nested(0x42, () => writeMetadata(writer, metadata))
  if (properties !== undefined) writer.nested(0x4a, () => writeProperties(writer, properties))
  if (value !== undefined) writeMetricValue(writer, value)
}

function writeMetricValue(writer: ProtoWriter, value: WireValue): void {
  if (value.field === 'bytes') writer.block(0x82, value.value)
  else if (value.field === 'dataSet') writer.nested(0x8a, () => writeDataSet(writer, value.value))
  else if (value.field === 'template') writer.nested(0x92, () => writeTemplate(writer, value.value))
  else writeScalar(writer, value, 10)
}

/** The scalar fields stand in one order in all messages, from field number `first` on. */
function writeScalar(writer: ProtoWriter, value: WireValue, first: number): void {
  switch (value.field) {
    case 'int':
      return writer.uint32(first << 3, value.value)
    case 'long':
      return writer.uint64((first + 1) << 3, value.value)
    case 'float':
      return writer.float(((first + 2) << 3) | 5, value.value)
    case 'double':
      return writer.double(((first + 3) << 3) | 1, value.value)
    case 'boolean':
      return writer.bool((first + 4) << 3, value.value)
    case 'string':
      return writer.string(((first + 5) << 3) | 2, value.value)
    default:
      throw new Error(`BUG: a ${value.field} cannot stand here in a Sparkplug payload`)
  }
}

function writeMetadata(writer: ProtoWriter, metadata: MetaData): void {
  if (metadata.isMultiPart !== undefined) writer.bool(0x08, metadata.isMultiPart)
  if (metadata.contentType !== undefined) writer.string(0x12, metadata.contentType)
  if (metadata.size !== undefined) writer.uint64(0x18, metadata.size)
  if (metadata.seq !== undefined) writer.uint64(0x20, metadata.seq)
  if (metadata.fileName !== undefined) writer.string(0x2a, metadata.fileName)
  if (metadata.fileType !== undefined) writer.string(0x32, metadata.fileType)
  if (metadata.md5 !== undefined) writer.string(0x3a, metadata.md5)
  if (metadata.description !== undefined) writer.string(0x42, metadata.description)
}

function writeProperties(writer: ProtoWriter, properties: PropertySet): void {
  for (const key of properties.keys()) writer.string(0x0a, key)
  for (const property of properties.values()) writer.nested(0x12, () => writeProperty(writer, property))
}

function writeProperty(writer: ProtoWriter, { type, isNull, value }: Property): void {
  if (type !== undefined) writer.uint32(0x08, type)
  if (isNull !== undefined) writer.bool(0x10, isNull)
  if (value === undefined) return
  if (value.field === 'propertySet') writer.nested(0x4a, () => writeProperties(writer, value.value))
  else if (value.field === 'propertySets') writer.nested(0x52, () => value.value.forEach((set) => writer.nested(0x0a, () => writeProperties(writer, set))))
  else writeScalar(writer, value, 3)
}

function writeDataSet(writer: ProtoWriter, dataSet: DataSet): void {
  if (dataSet.columnCount !== undefined) writer.uint64(0x08, dataSet.columnCount)
  for (const column of dataSet.columns) writer.string(0x12, column)
  for (const type of dataSet.types) writer.uint32(0x18, type)
  for (const row of dataSet.rows) writer.nested(0x22, () => row.forEach((cell) => writer.nested(0x0a, () => cell !== undefined && writeScalar(writer, cell, 1))))
}

function writeTemplate(writer: ProtoWriter, template: Template): void {
  if (template.version !== undefined) writer.string(0x0a, template.version)
  for (const metric of template.metrics) writer.nested(0x12, () => writeMetric(writer, metric))
  for (const parameter of template.parameters) writer.nested(0x1a, () => writeParameter(writer, parameter))
  if (template.reference !== undefined) writer.string(0x22, template.reference)
  if (template.isDefinition !== undefined) writer.bool(0x28, template.isDefinition)
}

function writeParameter(writer: ProtoWriter, { name, type, value }: Parameter): void {
  if (name !== undefined) writer.string(0x0a, name)
  if (type !== undefined) writer.uint32(0x10, type)
  if (value !== undefined) writeScalar(writer, value, 3)
}
