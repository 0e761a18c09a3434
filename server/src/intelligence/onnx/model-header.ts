import { MillwrightError } from '../../kernel/error.ts'

/** What the head of an ONNX file says of itself. */
export interface ModelHeader {
  readonly producer: string
  readonly opsets: readonly { readonly domain: string; readonly version: number }[]
  readonly metadata: ReadonlyMap<string, string>
  readonly nodes: number
  /** Names of weights that lie in other files; a model that has any is refused. */
  readonly outside: readonly string[]
}

/** Graphs within graphs (loops, conditions) that are looked into. */
const MAX_DEPTH = 32
const MAX_NODES = 1_000_000
const MAX_TEXT_BYTES = 1024 * 1024

/** Field numbers of onnx.proto (onnx/onnx, IR version 12). */
const MODEL = { producer: 2, producerVersion: 3, graph: 7, opset: 8, metadata: 14, functions: 25 } as const
const OPSET = { domain: 1, version: 2 } as const
const GRAPH = { node: 1, initializer: 5, sparse: 15 } as const
const NODE = { attribute: 5 } as const
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparse: 22, sparses: 23 } as const
const SPARSE = { values: 1, indices: 2 } as const
const TENSOR = { name: 8, externalData: 13, location: 14 } as const
const FUNCTION = { node: 7 } as const

/**
 * Reads opsets, producer and metadata of an ONNX file, which the runtime does not tell, and looks for weights outside of the file: those name other files of this computer.
 * Never reads beyond a field. Throws MillwrightError PAYLOAD_INVALID for what is no ONNX file.
 */
export function readModelHeader(bytes: Uint8Array): ModelHeader {
  const found = { producer: '', version: '', opsets: [] as { domain: string; version: number }[], metadata: new Map<string, string>(), nodes: 0, outside: [] as string[] }
  let hasGraph = false
  for (const field of fieldsOf(bytes)) {
    if (field.number === MODEL.producer) found.producer = textOf(field)
    else if (field.number === MODEL.producerVersion) found.version = textOf(field)
    else if (field.number === MODEL.opset) found.opsets.push(opsetOf(bodyOf(field)))
    else if (field.number === MODEL.metadata) {
      const [key = '', value = ''] = pairOf(bodyOf(field))
      found.metadata.set(key, value)
    } else if (field.number === MODEL.graph) {
      hasGraph = true
      walkGraph(bodyOf(field), found, 0)
    } else if (field.number === MODEL.functions) {
      for (const inner of fieldsOf(bodyOf(field))) if (inner.number === FUNCTION.node) walkNode(bodyOf(inner), found, 0)
    }
  }
  if (!hasGraph || found.opsets.length === 0) throw broken('it has no graph, or does not say which operators it is made of')
  return { producer: `${found.producer} ${found.version}`.trim().slice(0, 200), opsets: found.opsets, metadata: found.metadata, nodes: found.nodes, outside: found.outside }
}

interface Found {
  nodes: number
  readonly outside: string[]
}

function walkGraph(bytes: Uint8Array, found: Found, depth: number): void {
  if (depth > MAX_DEPTH) throw broken(`its graphs are nested more than ${MAX_DEPTH} deep`)
  for (const field of fieldsOf(bytes)) {
    if (field.number === GRAPH.node) walkNode(bodyOf(field), found, depth)
    else if (field.number === GRAPH.initializer) walkTensor(bodyOf(field), found)
    else if (field.number === GRAPH.sparse) walkSparse(bodyOf(field), found)
  }
}

function walkNode(bytes: Uint8Array, found: Found, depth: number): void {
  if (++found.nodes > MAX_NODES) throw broken(`it has more than ${MAX_NODES} nodes`)
  for (const field of fieldsOf(bytes)) {
    if (field.number !== NODE.attribute) continue
    for (const inner of fieldsOf(bodyOf(field))) {
      if (inner.number === ATTRIBUTE.tensor || inner.number === ATTRIBUTE.tensors) walkTensor(bodyOf(inner), found)
      else if (inner.number === ATTRIBUTE.graph || inner.number === ATTRIBUTE.graphs) walkGraph(bodyOf(inner), found, depth + 1)
      else if (inner.number === ATTRIBUTE.sparse || inner.number === ATTRIBUTE.sparses) walkSparse(bodyOf(inner), found)
    }
  }
}

function walkSparse(bytes: Uint8Array, found: Found): void {
  for (const field of fieldsOf(bytes)) if (field.number === SPARSE.values || field.number === SPARSE.indices) walkTensor(bodyOf(field), found)
}

function walkTensor(bytes: Uint8Array, found: Found): void {
  let name = ''
  let isOutside = false
  for (const field of fieldsOf(bytes)) {
    if (field.number === TENSOR.name) name = textOf(field)
    else if (field.number === TENSOR.externalData || (field.number === TENSOR.location && field.value === 1)) isOutside = true
  }
  if (isOutside && found.outside.length < 100) found.outside.push(name.slice(0, 200))
}

function opsetOf(bytes: Uint8Array): { domain: string; version: number } {
  let [domain, version] = ['', 0]
  for (const field of fieldsOf(bytes)) {
    if (field.number === OPSET.domain) domain = textOf(field)
    else if (field.number === OPSET.version) version = field.value
  }
  return { domain: domain === '' ? 'ai.onnx' : domain, version }
}

function pairOf(bytes: Uint8Array): string[] {
  const texts: string[] = []
  for (const field of fieldsOf(bytes)) texts[field.number - 1] = textOf(field)
  return texts
}

/** A field of a protobuf message: a number, or the bytes of what it holds. */
interface Field {
  readonly number: number
  readonly value: number
  readonly body: Uint8Array | undefined
}

function bodyOf(field: Field): Uint8Array {
  if (field.body === undefined) throw broken(`its field ${field.number} is not what it should be`)
  return field.body
}

function textOf(field: Field): string {
  const body = bodyOf(field)
  if (body.length > MAX_TEXT_BYTES) throw broken(`a text in it has ${body.length} bytes`)
  return new TextDecoder().decode(body)
}

/** The fields of a protobuf message (protobuf.dev, "Encoding"). */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let [value, scale] = [0, 1]
    for (let count = 0; count < 10; count++) {
      const byte = bytes[at++]
      if (byte === undefined) throw broken(`it ends after ${bytes.length} bytes, inside of a field`)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw broken('a number in it does not end')
  }
  while (at < bytes.length) {
    const tag = varint()
    const [number, type] = [Math.floor(tag / 8), tag % 8]
    if (number === 0) throw broken('it has a field without a number')
    if (type === 0) yield { number, value: varint(), body: undefined }
    else if (type === 1 || type === 5) {
      at += type === 1 ? 8 : 4
      if (at > bytes.length) throw broken(`it ends after ${bytes.length} bytes, inside of a field`)
      yield { number, value: Number.NaN, body: undefined }
    } else if (type === 2) {
      const length = varint()
      if (at + length > bytes.length) throw broken(`a field of it says ${length} bytes, and ${bytes.length - at} are left`)
      at += length
      yield { number, value: Number.NaN, body: bytes.subarray(at - length, at) }
    } else throw broken(`a field of it has the type ${type}, which protobuf does not use here`)
  }
}

function broken(what: string): MillwrightError {
  return new MillwrightError('PAYLOAD_INVALID', `this is no ONNX file, or a damaged one: ${what}`)
}
