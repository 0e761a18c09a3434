import type { WireOnnxRuntime, WireOnnxTensor } from '@millwright/model/wire/onnx.ts'

/** A tensor for many calls: their data one after the other, each of the shape `dims`. */
export interface Feed {
  readonly name: string
  readonly type: 'float32' | 'float64'
  readonly dims: readonly number[]
  readonly data: Float32Array | Float64Array
}

/** What a call gave: numbers of any type as 64-bit floats. */
export type Fetched = Float64Array | readonly string[]

/** What the process that runs models is told, one order at a time. */
export type HostOrder =
  | { readonly type: 'load'; readonly file: string; readonly path: string; readonly providers: readonly string[] }
  | { readonly type: 'drop'; readonly file: string }
  | { readonly type: 'run'; readonly file: string; readonly calls: number; readonly feeds: readonly Feed[]; readonly fetch: string }

/** An order and the time that it may take. */
export interface HostEnvelope {
  readonly order: HostOrder
  readonly timeoutMs: number
}

export interface LoadedModel {
  readonly inputs: readonly WireOnnxTensor[]
  readonly outputs: readonly WireOnnxTensor[]
  readonly opsets: readonly { readonly domain: string; readonly version: number }[]
  readonly producer: string
  /** Text under the metadata key `millwright`. */
  readonly contract: string | undefined
  readonly loadMs: number
  readonly memoryBytes: number
  /** What runs it. */
  readonly runtime: WireOnnxRuntime
}

export type HostAnswer =
  | { readonly type: 'loaded'; readonly model: LoadedModel }
  | { readonly type: 'dropped' }
  /** `us`: time of each call, in microseconds. */
  | { readonly type: 'ran'; readonly outputs: readonly Fetched[]; readonly us: Float64Array; readonly memoryBytes: number }
  | { readonly type: 'failed'; readonly message: string }
  /** There is no ONNX runtime for this computer. */
  | { readonly type: 'unavailable'; readonly message: string }

/** Numbers of one output at most. */
export const MAX_OUTPUT = 10_000
/** What the guard of the process writes to stderr before it ends it. */
export const MEMORY_WORD = 'millwright: over the memory limit'
