import { readFile } from 'node:fs/promises'
import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import type { InferenceSession, Tensor } from 'onnxruntime-common'
import type { WireOnnxTensor } from '@millwright/model/wire/onnx.ts'
import { messageOf } from '../../kernel/error.ts'
import { MAX_OUTPUT, type Fetched, type HostAnswer, type HostEnvelope, type HostOrder, type LoadedModel } from './host-messages.ts'
import { readModelHeader } from './model-header.ts'
import { NoRuntimeError, OnnxRuntime } from './onnx-runtime.ts'

/**
 * The process in which models of other people run: native code on files that may be hostile. It may crash, hang or be killed at any moment without anything else
 * being touched. It holds nothing that is not given again.
 */
/** Whoever gave an order ends this process in time; if they are gone, its guard does it this much later. */
const GRACE_MS = 2_000
/** How WebAssembly says that a dimension has no fixed size: −1 without a sign. */
const ANY_SIZE = 0xffff_ffff
const [maxMegabytes = '512'] = process.argv.slice(2)
const sessions = new Map<string, InferenceSession>()
let runtime: OnnxRuntime | undefined

yieldToOthers()
// A thread of its own: while native code runs, this one hears nothing.
const guard = new Worker(new URL('./host-guard.ts', import.meta.url), { workerData: { maxBytes: Number(maxMegabytes) * 1024 * 1024, parent: process.ppid }, name: 'guard' })
guard.unref()
process.on('disconnect', () => process.exit(0))
process.on('message', ({ order, timeoutMs }: HostEnvelope) => {
  guard.postMessage(Date.now() + timeoutMs + GRACE_MS)
  obey(order).finally(() => guard.postMessage(Number.POSITIVE_INFINITY)).then(
    (answer) => process.send?.(answer),
    (thrown: unknown) => process.send?.({ type: 'failed', message: messageOf(thrown) } satisfies HostAnswer),
  )
})

async function obey(order: HostOrder): Promise<HostAnswer> {
  switch (order.type) {
    case 'load':
      return await load(order)
    case 'drop':
      await sessions.get(order.file)?.release()
      sessions.delete(order.file)
      return { type: 'dropped' }
    case 'run':
      return await run(order)
  }
}

async function load({ file, path, providers }: Extract<HostOrder, { type: 'load' }>): Promise<HostAnswer> {
  const bytes = await readFile(path)
  const header = readModelHeader(bytes)
  if (header.outside.length > 0) return { type: 'failed', message: `weights lie outside of the file (${header.outside.slice(0, 3).join(', ')}); save the model with all weights inside` }
  try {
    runtime ??= await OnnxRuntime.open(providers)
  } catch (thrown) {
    if (!(thrown instanceof NoRuntimeError)) throw thrown
    return { type: 'unavailable', message: `there is no ONNX runtime on this computer: ${thrown.message}` }
  }
  const before = process.memoryUsage.rss()
  const begunMs = performance.now()
  const session = await runtime.session(bytes)
  await sessions.get(file)?.release()
  sessions.set(file, session)
  const model: LoadedModel = {
    inputs: session.inputMetadata.map(tensorOf), outputs: session.outputMetadata.map(tensorOf), opsets: header.opsets, producer: header.producer,
    contract: header.metadata.get('millwright'), loadMs: performance.now() - begunMs, memoryBytes: Math.max(0, process.memoryUsage.rss() - before), runtime: runtime.use,
  }
  return { type: 'loaded', model }
}

async function run({ file, calls, feeds, fetch }: Extract<HostOrder, { type: 'run' }>): Promise<HostAnswer> {
  const session = sessions.get(file)
  if (session === undefined || runtime === undefined) return { type: 'failed', message: 'this model is not loaded' }
  const outputs: Fetched[] = []
  const us = new Float64Array(calls)
  for (let call = 0; call < calls; call++) {
    const begunMs = performance.now()
    const inputs: Record<string, Tensor> = {}
    for (const { name, type, dims, data } of feeds) {
      const size = data.length / calls
      const part = data.subarray(call * size, (call + 1) * size)
      if (type === 'float32' && !(part instanceof Float32Array)) return { type: 'failed', message: `BUG: "${name}" was given as the wrong type` }
      inputs[name] = runtime.tensor(part, dims)
    }
    const { [fetch]: output } = await session.run(inputs, [fetch])
    if (output === undefined) return { type: 'failed', message: `the model gave nothing for "${fetch}"` }
    outputs.push(fetched(output))
    us[call] = (performance.now() - begunMs) * 1_000
  }
  return { type: 'ran', outputs, us, memoryBytes: process.memoryUsage.rss() }
}

function fetched({ data }: Tensor): Fetched {
  if (data.length > MAX_OUTPUT) throw new Error(`the output has ${data.length} numbers; at most ${MAX_OUTPUT} are taken`)
  if (Array.isArray(data)) return data.map(String)
  return Float64Array.from(data as ArrayLike<number | bigint>, Number)
}

function tensorOf(meta: InferenceSession.ValueMetadata): WireOnnxTensor {
  if (!meta.isTensor) return { name: meta.name, type: 'no tensor', shape: [] }
  return { name: meta.name, type: meta.type, shape: meta.shape.map((size) => (typeof size === 'number' ? (size === ANY_SIZE ? '?' : size) : size === '' ? '?' : size)) }
}

/** Models wait for everything else, and when memory runs out this process goes first. */
function yieldToOthers(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
    if (process.platform === 'linux') writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Not allowed here: it runs like any other process.
  }
}
