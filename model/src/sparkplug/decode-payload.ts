import { PayloadFlaw, type DataSet, type Draft, type MetaData, type Metric, type Parameter, type Payload, type Property, type PropertySet, type Template, type WireValue } from './payload.ts'
import { ProtoReader } from './proto-reader.ts'

/** What one payload may hold at most. */
export interface PayloadLimits {
  /** Metrics, cells of data sets, members of templates and properties, all together. */
  readonly parts: number
  /** Messages within messages; each level of templates takes two of them, each level of property sets two or three. */
  readonly depth: number
}

export const PAYLOAD_LIMITS: PayloadLimits = { parts: 200_000, depth: 40 }

/** Decodes a whole payload into objects. Byte values share the memory of `bytes`. Throws `PayloadFlaw` only. */
export function decodePayload(bytes: Uint8Array, limits: PayloadLimits = PAYLOAD_LIMITS): Payload {
  const decoder = new Decoder(bytes, 0, bytes.length, limits)
  return decoder.payload()
}

/** Decodes one metric, `bytes[start, end)` being what stands behind its length. Throws `PayloadFlaw` only. */
export function decodeMetric(bytes: Uint8Array, start: number, end: number, limits: PayloadLimits = PAYLOAD_LIMITS): Metric {
  return new Decoder(bytes, start, end, limits).metric()
}

// Tags are (field number << 3) | wire type; the numbers are those of org.eclipse.tahu.protobuf.Payload (Sparkplug 3.0, 6.4.1).
class Decoder {
  readonly #reader: ProtoReader
  readonly #limits: PayloadLimits
  #parts = 0
  #depth = 0

  constructor(bytes: Uint8Array, start: number, end: number, limits: PayloadLimits) {
    this.#reader = new ProtoReader(bytes, start, end)
    this.#limits = limits
  }

  payload(): Payload {
    const reader = this.#reader
    const metrics: Metric[] = []
    const payload: Draft<Payload> = { metrics }
    while (reader.hasMore) {
      const tag = reader.uint32()
      if (tag === 0x12) metrics.push(this.#nested(() => this.metric()))
      else if (tag === 0x08) payload.timestampMs = reader.uint64()
      else if (tag === 0x18) payload.seq = reader.uint64()
      else if (tag === 0x22) payload.uuid = reader.string()
      else if (tag === 0x2a) payload.body = reader.block()
      else this.#skip(tag)
    }
    return payload
  }

  metric(): Metric {
    const reader = this.#reader
    const metric: Draft<Metric> = {}
    while (reader.hasMore) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x0a: metric.name = reader.string(); break
        case 0x10: metric.alias = reader.uint64(); break
        case 0x18: metric.timestampMs = reader.uint64(); break
        case 0x20: metric.datatype = reader.uint32(); break
        case 0x28: metric.isHistorical = reader.bool(); break
        case 0x30: metric.isTransient = reader.bool(); break
        case 0x38: metric.isNull = reader.bool(); break
        case 0x42: metric.metadata = this.#nested(() => this.#metadata()); break
        case 0x4a: metric.properties = this.#nested(() => this.#propertySet()); break
        case 0x82: metric.value = { field: 'bytes', value: reader.block() }; break
        case 0x8a: metric.value = { field: 'dataSet', value: this.#nested(() => this.#dataSet()) }; break
        case 0x92: metric.value = { field: 'template', value: this.#nested(() => this.#template()) }; break
        default: {
          const value = this.#scalar(tag, 10)
          if (value !== undefined) metric.value = value
        }
      }
    }
    return metric
  }

  /** One of the six scalar values, whose fields stand in one order everywhere, from field number `first` on; undefined for another field, which is passed over. */
  #scalar(tag: number, first: number): WireValue | undefined {
    const reader = this.#reader
    const type = tag & 7
    switch ((tag >>> 3) - first) {
      case 0: if (type === 0) return { field: 'int', value: reader.uint32() }; break
      case 1: if (type === 0) return { field: 'long', value: reader.uint64() }; break
      case 2: if (type === 5) return { field: 'float', value: reader.float() }; break
      case 3: if (type === 1) return { field: 'double', value: reader.double() }; break
      case 4: if (type === 0) return { field: 'boolean', value: reader.bool() }; break
      case 5: if (type === 2) return { field: 'string', value: reader.string() }; break
    }
    this.#skip(tag)
    return undefined
  }

  #metadata(): MetaData {
    const reader = this.#reader
    const metadata: Draft<MetaData> = {}
    while (reader.hasMore) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x08: metadata.isMultiPart = reader.bool(); break
        case 0x12: metadata.contentType = reader.string(); break
        case 0x18: metadata.size = reader.uint64(); break
        case 0x20: metadata.seq = reader.uint64(); break
        case 0x2a: metadata.fileName = reader.string(); break
        case 0x32: metadata.fileType = reader.string(); break
        case 0x3a: metadata.md5 = reader.string(); break
        case 0x42: metadata.description = reader.string(); break
        default: this.#skip(tag)
      }
    }
    return metadata
  }

  #propertySet(): PropertySet {
    const reader = this.#reader
    const keys: string[] = []
    const values: Property[] = []
    while (reader.hasMore) {
      const tag = reader.uint32()
      if (tag === 0x0a) keys.push(reader.string())
      else if (tag === 0x12) values.push(this.#nested(() => this.#property()))
      else this.#skip(tag)
    }
    if (keys.length !== values.length) throw new PayloadFlaw(`a property set has ${keys.length} keys and ${values.length} values`)
    return new Map(keys.map((key, index) => [key, values[index] as Property]))
  }

  #property(): Property {
    const reader = this.#reader
    const property: Draft<Property> = {}
    while (reader.hasMore) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x08: property.type = reader.uint32(); break
        case 0x10: property.isNull = reader.bool(); break
        case 0x4a: property.value = { field: 'propertySet', value: this.#nested(() => this.#propertySet()) }; break
        case 0x52: property.value = { field: 'propertySets', value: this.#nested(() => this.#propertySets()) }; break
        default: {
          const value = this.#scalar(tag, 3)
          if (value !== undefined) property.value = value
        }
      }
    }
    return property
  }

  #propertySets(): PropertySet[] {
    return this.#repeated(0x0a, () => this.#propertySet())
  }

  #dataSet(): DataSet {
    const reader = this.#reader
    const columns: string[] = []
    const types: number[] = []
    const rows: (WireValue | undefined)[][] = []
    const dataSet: Draft<DataSet> = { columns, types, rows }
    while (reader.hasMore) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x08: dataSet.columnCount = reader.uint64(); break
        case 0x12: columns.push(reader.string()); break
        case 0x18: types.push(reader.uint32()); break
        case 0x1a: this.#packed(types); break
        case 0x22: rows.push(this.#nested(() => this.#repeated(0x0a, () => this.#cell()))); break
        default: this.#skip(tag)
      }
    }
    return dataSet
  }

  /** Writers may pack repeated numbers into one field; readers take both forms. */
  #packed(into: number[]): void {
    const outer = this.#reader.enter()
    while (this.#reader.hasMore) {
      this.#count()
      into.push(this.#reader.uint32())
    }
    this.#reader.leave(outer)
  }

  #cell(): WireValue | undefined {
    let value: WireValue | undefined
    while (this.#reader.hasMore) value = this.#scalar(this.#reader.uint32(), 1) ?? value
    return value
  }

  #template(): Template {
    const reader = this.#reader
    const metrics: Metric[] = []
    const parameters: Parameter[] = []
    const template: Draft<Template> = { metrics, parameters }
    while (reader.hasMore) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x0a: template.version = reader.string(); break
        case 0x12: metrics.push(this.#nested(() => this.metric())); break
        case 0x1a: parameters.push(this.#nested(() => this.#parameter())); break
        case 0x22: template.reference = reader.string(); break
        case 0x28: template.isDefinition = reader.bool(); break
        default: this.#skip(tag)
      }
    }
    return template
  }

  #parameter(): Parameter {
    const reader = this.#reader
    const parameter: Draft<Parameter> = {}
    while (reader.hasMore) {
      const tag = reader.uint32()
      if (tag === 0x0a) parameter.name = reader.string()
      else if (tag === 0x10) parameter.type = reader.uint32()
      else {
        const value = this.#scalar(tag, 3)
        if (value !== undefined) parameter.value = value
      }
    }
    return parameter
  }

  #repeated<T>(wanted: number, read: () => T): T[] {
    const items: T[] = []
    while (this.#reader.hasMore) {
      const tag = this.#reader.uint32()
      if (tag === wanted) items.push(this.#nested(read))
      else this.#skip(tag)
    }
    return items
  }

  #skip(tag: number): void {
    if (tag >>> 3 === 0) throw new PayloadFlaw('a field has number 0: these bytes are no Sparkplug B payload')
    this.#reader.skip(tag)
  }

  #nested<T>(read: () => T): T {
    this.#count()
    if (++this.#depth > this.#limits.depth) throw new PayloadFlaw('templates or properties are nested too deep')
    const outer = this.#reader.enter()
    const value = read()
    this.#reader.leave(outer)
    this.#depth--
    return value
  }

  #count(): void {
    if (++this.#parts > this.#limits.parts) throw new PayloadFlaw(`the payload has more than ${this.#limits.parts} parts`)
  }
}
