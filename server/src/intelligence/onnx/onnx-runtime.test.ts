import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { InferenceSession } from 'onnxruntime-common'
import type { Fetched, HostAnswer } from './host-messages.ts'
import { OnnxHost } from './onnx-host.ts'
import { NoRuntimeError, OnnxRuntime, type RuntimeSources } from './onnx-runtime.ts'

const pathOf = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.onnx`, import.meta.url))
const missing = () => Promise.reject(new Error("Cannot find module '../bin/napi-v6/linux/riscv64/onnxruntime_binding.node'"))
const real: RuntimeSources = { native: () => import('onnxruntime-node'), wasm: () => import('onnxruntime-web') }
const MODELS = [
  { name: 'soft-sensor', input: 'X', dims: [1, 2], output: 'variable' },
  { name: 'density', input: 'X', dims: [1, 3], output: 'score_samples' },
  { name: 'classifier', input: 'X', dims: [1, 2], output: 'probabilities' },
  { name: 'classifier', input: 'X', dims: [1, 2], output: 'label' },
  { name: 'forecast', input: 'x', dims: [1, 6, 2], output: 'y' },
] as const
const CALLS = 20

/** What a process of its own makes of each model, and what it says of the files. */
async function answersOf(provider: string): Promise<HostAnswer[]> {
  const host = new OnnxHost({ maxMegabytes: 512 })
  try {
    const answers: HostAnswer[] = []
    for (const { name, input, dims, output } of MODELS) {
      const loaded = await host.ask({ type: 'load', file: name, path: pathOf(name), providers: [provider] }, 30_000)
      assert.ok(loaded.type === 'loaded', JSON.stringify(loaded))
      const data = Float32Array.from({ length: CALLS * dims.reduce<number>((product, size) => product * size, 1) }, (_, at) => 10 + ((at * 37) % 83) + at / 7)
      const ran = await host.ask({ type: 'run', file: name, calls: CALLS, feeds: [{ name: input, type: 'float32', dims, data }], fetch: output }, 30_000)
      assert.ok(ran.type === 'ran', JSON.stringify(ran))
      answers.push(loaded, ran)
    }
    return answers
  } finally {
    host.end()
  }
}

test('the same models give the same in WebAssembly as in the native runtime, to 1e-4, and are described alike', async () => {
  const [native, wasm] = [await answersOf('cpu'), await answersOf('wasm')]
  for (const [at, one] of native.entries()) {
    const other = wasm[at]
    if (one.type === 'loaded') {
      assert.ok(other?.type === 'loaded')
      assert.deepEqual([other.model.inputs, other.model.outputs, other.model.opsets], [one.model.inputs, one.model.outputs, one.model.opsets])
      assert.deepEqual([one.model.runtime.kind, other.model.runtime], ['native', { kind: 'wasm', providers: ['wasm'], note: null }])
      continue
    }
    assert.ok(one.type === 'ran' && other?.type === 'ran')
    for (const [call, output] of one.outputs.entries()) {
      const said: Fetched = other.outputs[call] ?? []
      assert.equal(said.length, output.length)
      for (const [place, value] of [...output].entries()) {
        if (typeof value === 'string') assert.equal(said[place], value)
        else assert.ok(Math.abs(Number(said[place]) - value) <= 1e-4 * Math.max(1, Math.abs(value)), `${MODELS[at >> 1]?.name}, call ${call}: ${said[place]} beside ${value}`)
      }
    }
  }
})

test('where there is no native runtime WebAssembly takes its place, and it says so; a model is called by it', async () => {
  const runtime = await OnnxRuntime.open(['cuda', 'cpu'], { ...real, native: missing })
  assert.deepEqual([runtime.use.kind, runtime.use.providers], ['wasm', ['wasm']])
  assert.match(runtime.use.note ?? '', /^there is no native ONNX runtime for \w+-\w+: Cannot find module/)
  const session = await runtime.session(readFileSync(pathOf('soft-sensor')))
  const { variable } = await session.run({ X: runtime.tensor(Float32Array.of(50, 20), [1, 2]) })
  assert.ok(Math.abs(Number(variable?.data[0]) - 40) < 1)
})

test('with neither of them, both reasons are given', async () => {
  await assert.rejects(OnnxRuntime.open(['cpu'], { native: missing, wasm: () => Promise.reject(new Error('no WebAssembly here')) }), (thrown: unknown) => {
    assert.ok(thrown instanceof NoRuntimeError)
    assert.match(thrown.message, /no native ONNX runtime .*onnxruntime_binding.node'; WebAssembly: no WebAssembly here/)
    return true
  })
})

test('a provider that this computer has not, or that cannot take the model, is left out with its reason, and the processor runs it', async () => {
  const native = await real.native()
  const tried: string[][] = []
  const create = async (model: Uint8Array, options: InferenceSession.SessionOptions) => {
    tried.push((options.executionProviders ?? []).map(String))
    if (options.executionProviders?.[0] === 'cuda') throw new Error('libcuda.so.1: cannot open shared object file')
    return await native.InferenceSession.create(model, options)
  }
  const sources: RuntimeSources = { ...real, native: async () => ({ Tensor: native.Tensor, InferenceSession: { create }, listSupportedBackends: () => [{ name: 'cpu' }, { name: 'cuda' }] }) }
  const runtime = await OnnxRuntime.open(['dml', 'cuda'], sources)
  assert.match(runtime.use.note ?? '', /no dml in the runtime for .*, which has cpu, cuda/)
  await runtime.session(readFileSync(pathOf('soft-sensor')))
  await runtime.session(readFileSync(pathOf('density')))
  assert.deepEqual(tried, [['cuda', 'cpu'], ['cpu'], ['cpu']], 'what failed once is not tried again')
  assert.deepEqual(runtime.use.providers, ['cpu'])
  assert.match(runtime.use.note ?? '', /; cuda cannot be used: libcuda.so.1: cannot open/)
  await assert.rejects(runtime.session(readFileSync(pathOf('unknown-operator'))), /Guess/)
})
