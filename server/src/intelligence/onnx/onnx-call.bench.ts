/** Cost of a model that was brought. Run by `node server/src/intelligence/onnx/onnx-call.bench.ts [provider]`; prints one number a line. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import type { WireOnnxContract } from '@millwright/model/wire/onnx.ts'
import { planCalls, rowSettings } from './call-plan.ts'
import { ModelRunner } from './model-runner.ts'
import { OnnxHost } from './onnx-host.ts'
import { examine } from './try-model.ts'

const CALLS = 20_000
const [provider = 'cpu'] = process.argv.slice(2)
const report = (what: string, value: number, unit: string) => console.log(`${what}: ${value.toFixed(1)} ${unit}`)
const path = fileURLToPath(new URL('./fixtures/soft-sensor.onnx', import.meta.url))
const options = { file: 'bench', path, maxMegabytes: 512, providers: [provider] }

const host = new OnnxHost(options)
await host.ask({ type: 'load', ...options }, 10_000)
const data = Float32Array.from({ length: 2 * CALLS }, (_, at) => 20 + (at % 60))
const run = { type: 'run', file: 'bench', feeds: [{ name: 'X', type: 'float32', dims: [1, 2], data }], fetch: 'variable' } as const
for (const round of ['warm-up', 'measured']) {
  const begunMs = performance.now()
  const outcome = await host.ask({ ...run, calls: CALLS }, 60_000)
  if (outcome.type !== 'ran') throw new Error(JSON.stringify(outcome))
  if (round === 'warm-up') continue
  const sorted = outcome.us.toSorted()
  report(`a call of a small model (${readFileSync(path).length} bytes), median`, sorted[CALLS >> 1] ?? 0, 'us')
  report('99 of 100 calls', sorted[Math.floor(CALLS * 0.99)] ?? 0, 'us')
  report('a call with its way to the process and back, of 20,000 in one order', ((performance.now() - begunMs) * 1_000) / CALLS, 'us')
  report('memory of the process', outcome.memoryBytes / 1024 / 1024, 'MiB')
}
let alone = 0
for (let call = 0; call < 500; call++) {
  const begunMs = performance.now()
  await host.ask({ ...run, calls: 1, feeds: [{ ...run.feeds[0], data: data.subarray(0, 2) }] }, 10_000)
  alone += performance.now() - begunMs
}
report('an order of one call, there and back', (alone * 1_000) / 500, 'us')
host.end()

const contract: WireOnnxContract = { name: 'bench', purpose: 'bench', inputs: [{ signal: 'a' }, { signal: 'b' }], layout: 'flat', rows: 1, stepSeconds: 1, everyRows: 1, fill: { rule: 'hold', seconds: 60 }, output: { means: 'value', signal: 'out' } }
const planned = planCalls(contract, await examine(options))
if (!('plan' in planned)) throw new Error('the bench model does not fit')
const runner = new ModelRunner({ maxMegabytes: 512, providers: [provider], driftHours: 24, slackMs: 10_000, nowMs: () => performance.now(), onRests: (_model, reason) => console.log(`rests: ${reason}`) })
runner.follow([{ id: 'bench', asset: 1, role: 'champion', output: 'out', series: [1, 2], rows: rowSettings(contract), references: [undefined, undefined], scoreReference: undefined, taught: [], alarmsPerWeek: 1, call: { file: 'bench', path, contract, plan: planned.plan, target: undefined, judge: undefined } }])
const builder = new BatchBuilder()
for (let second = 0; second < CALLS; second++) for (const series of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) builder.addNumber(series, 1.7e15 + second * 1e6, 20 + (second % 60), 0)
const begunMs = performance.now()
runner.take(builder.view(1.7e15 + CALLS * 1e6))
const routedMs = performance.now() - begunMs
await runner.pump(1e9)
const [model] = [...runner.models]
const given = model?.drain().outputs?.values.length ?? 0
if (given < CALLS - 3) throw new Error(`${given} of ${CALLS} rows came out`)
report('rows and routing, of each sample of a plant of which a fifth are inputs', (routedMs * 1_000) / builder.length, 'us')
report('from samples to outputs, each row', ((performance.now() - begunMs) * 1_000) / CALLS, 'us')
runner.end()
