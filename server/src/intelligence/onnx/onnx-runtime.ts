import type { InferenceSession, Tensor } from 'onnxruntime-common'
import type { WireOnnxRuntime } from '@millwright/model/wire/onnx.ts'
import { messageOf } from '../../kernel/error.ts'

/** What both packages of ONNX Runtime have in common. */
interface RuntimePackage {
  readonly InferenceSession: { create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> }
  readonly Tensor: { new (type: 'float32', data: Float32Array, dims: readonly number[]): Tensor; new (type: 'float64', data: Float64Array, dims: readonly number[]): Tensor }
}

/** How the packages are loaded; tests give others. */
export interface RuntimeSources {
  native(): Promise<RuntimePackage & { listSupportedBackends?(): readonly { readonly name: string }[] }>
  wasm(): Promise<RuntimePackage & { readonly env: { readonly wasm: { numThreads?: number } } }>
}

const SOURCES: RuntimeSources = { native: () => import('onnxruntime-node'), wasm: () => import('onnxruntime-web') }
/** Execution provider that every native runtime has, and the name of the one in WebAssembly. */
const [CPU, WASM] = ['cpu', 'wasm']

/** A runtime is nowhere to be had. */
export class NoRuntimeError extends Error {}

/**
 * ONNX Runtime of this computer: the native one with the execution providers that were asked for, as far as they are there; WebAssembly where there is no native one, or where it was
 * asked for. Nothing that is missing makes a model fail which the processor can run: what is used instead, and why, stands in {@link OnnxRuntime.use}.
 */
export class OnnxRuntime {
  readonly #package: RuntimePackage
  readonly #kind: 'native' | 'wasm'
  readonly #notes: string[]
  #providers: readonly string[]

  private constructor(found: RuntimePackage, kind: 'native' | 'wasm', providers: readonly string[], notes: string[]) {
    this.#package = found
    this.#kind = kind
    this.#providers = providers
    this.#notes = notes
  }

  /** `asked`: execution providers, the preferred one first. Rejects with {@link NoRuntimeError}. */
  static async open(asked: readonly string[], sources: RuntimeSources = SOURCES): Promise<OnnxRuntime> {
    const notes: string[] = []
    if (asked[0] !== WASM) {
      try {
        const native = await sources.native()
        const known = native.listSupportedBackends?.().map(({ name }) => name)
        const missing = asked.filter((name) => name !== WASM && known?.includes(name) === false)
        if (missing.length > 0) notes.push(`no ${missing.join(', ')} in the runtime for ${process.platform}-${process.arch}, which has ${known?.join(', ') ?? CPU}`)
        const providers = asked.filter((name) => name !== WASM && name !== CPU && !missing.includes(name))
        return new OnnxRuntime(native, 'native', [...providers, CPU], notes)
      } catch (thrown) {
        notes.push(`there is no native ONNX runtime for ${process.platform}-${process.arch}: ${firstLine(thrown)}`)
      }
    }
    try {
      const wasm = await sources.wasm()
      // Other threads would need workers, and small models are not faster with them.
      wasm.env.wasm.numThreads = 1
      return new OnnxRuntime(wasm, 'wasm', [WASM], notes)
    } catch (thrown) {
      throw new NoRuntimeError([...notes, `WebAssembly: ${firstLine(thrown)}`].join('; '))
    }
  }

  /** What runs models here, and what of that was not asked for. */
  get use(): WireOnnxRuntime {
    return { kind: this.#kind, providers: [...this.#providers], note: this.#notes.length === 0 ? null : this.#notes.join('; ').slice(0, 1_000) }
  }

  /** Loads a model. A provider that cannot take it is left out from then on, the processor comes last. Rejects with what the runtime says of the file. */
  async session(model: Uint8Array): Promise<InferenceSession> {
    for (;;) {
      const [first = CPU] = this.#providers
      try {
        // One thread: a plant's computer has other things to do, and small models are not faster with more. No arena: memory goes back when a call is over.
        return await this.#package.InferenceSession.create(model, { executionProviders: [...this.#providers], intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', enableCpuMemArena: false, logSeverityLevel: 4 })
      } catch (thrown) {
        if (first === CPU || first === WASM) throw thrown
        this.#notes.push(`${first} cannot be used: ${firstLine(thrown)}`)
        this.#providers = this.#providers.slice(1)
      }
    }
  }

  /** A tensor of one call. */
  tensor(data: Float32Array | Float64Array, dims: readonly number[]): Tensor {
    return data instanceof Float32Array ? new this.#package.Tensor('float32', data, dims) : new this.#package.Tensor('float64', data, dims)
  }
}

function firstLine(thrown: unknown): string {
  return (messageOf(thrown).split('\n')[0] ?? '').slice(0, 300)
}
