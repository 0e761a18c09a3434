import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { OnnxHost } from './onnx-host.ts'

const pathOf = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.onnx`, import.meta.url))
const load = (name: string, path = pathOf(name)) => ({ type: 'load', file: name, path, providers: ['cpu'] }) as const
const run = (file: string, data: Float32Array, dims: number[], fetch: string, calls = 1, name = 'X') => ({ type: 'run', file, calls, feeds: [{ name, type: 'float32', dims, data }], fetch }) as const

function hostFor(t: TestContext, maxMegabytes = 512): OnnxHost {
  const host = new OnnxHost({ maxMegabytes })
  t.after(() => host.end())
  return host
}

test('a model is loaded, says what it takes and gives, and is called many times in one order', async (t) => {
  const host = hostFor(t)
  const loaded = await host.ask(load('soft-sensor'), 10_000)
  assert.equal(loaded.type, 'loaded', JSON.stringify(loaded))
  assert.ok(loaded.type === 'loaded')
  assert.deepEqual(loaded.model.inputs, [{ name: 'X', type: 'float32', shape: ['?', 2] }])
  const ran = await host.ask(run('soft-sensor', Float32Array.of(50, 20, 80, 30), [1, 2], 'variable', 2), 10_000)
  assert.ok(ran.type === 'ran', JSON.stringify(ran))
  const [first, second] = ran.outputs.map(([value]) => Number(value))
  assert.ok(Math.abs((first ?? 0) - 40) < 1 && Math.abs((second ?? 0) - 62) < 1, `${first} ${second}`)
})

test('what is damaged, foreign or reaches outside of its file is refused, and the process lives on', async (t) => {
  const host = hostFor(t)
  const folder = await mkdtemp(join(tmpdir(), 'mw-onnx-'))
  t.after(() => rm(folder, { recursive: true }))
  const whole = readFileSync(pathOf('density'))
  const cut = join(folder, 'cut.onnx')
  writeFileSync(cut, whole.subarray(0, 900))
  const wrong = join(folder, 'wrong.onnx')
  // A weight's name is changed: the file is well formed and the graph is not.
  writeFileSync(wrong, Buffer.from(whole.toString('latin1').replaceAll('variable', 'variably').replace('variably', 'variable'), 'latin1'))
  for (const [order, reason] of [[load('cut', cut), /no ONNX file/], [load('unknown-operator'), /Guess/], [load('outside'), /weights lie outside of the file \(w\)/], [load('wrong', wrong), /./]] as const) {
    const answer = await host.ask(order, 20_000)
    assert.equal(answer.type, 'failed', JSON.stringify(answer))
    assert.match('message' in answer ? answer.message : '', reason)
  }
  assert.equal((await host.ask(load('soft-sensor'), 10_000)).type, 'loaded')
})

test('a model that never ends is ended', async (t) => {
  const host = hostFor(t)
  assert.equal((await host.ask(load('endless'), 10_000)).type, 'loaded')
  const outcome = await host.ask(run('endless', Float32Array.of(1, 2), [1, 2], 'y', 1, 'x'), 300)
  assert.deepEqual([outcome.type, 'why' in outcome && outcome.why], ['died', 'timeout'])
  assert.ok(host.isEnded)
  assert.equal((await host.ask(load('soft-sensor'), 10_000)).type, 'died')
})

test('a model that wants all memory is ended before it gets it', async (t) => {
  const host = hostFor(t, 300)
  const loaded = await host.ask(load('hungry'), 20_000)
  const outcome = loaded.type === 'loaded' ? await host.ask(run('hungry', Float32Array.of(1, 2), [1, 2], 'y', 1, 'x'), 20_000) : loaded
  // The runtime may refuse so large an allocation itself; where the system grants it, the guard ends the process.
  assert.ok(outcome.type === 'failed' || (outcome.type === 'died' && outcome.why === 'memory'), JSON.stringify(outcome))
})

test('a process whose owner is gone ends by itself, whatever it was doing', async (t) => {
  const script = `
    import { Worker, isMainThread } from 'node:worker_threads'
    import { OnnxHost } from ${JSON.stringify(new URL('./onnx-host.ts', import.meta.url).href)}
    const host = new OnnxHost({ maxMegabytes: 512 })
    await host.ask(${JSON.stringify(load('endless'))}, 10000)
    host.ask({ type: 'run', file: 'endless', calls: 1, feeds: [{ name: 'x', type: 'float32', dims: [1, 2], data: Float32Array.of(1, 2) }], fetch: 'y' }, 60000)
    console.log(host.pid)
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300)`
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => owner.kill('SIGKILL'))
  const pid = await new Promise<number>((resolve) => owner.stdout.once('data', (text: Buffer) => resolve(Number(text.toString().trim()))))
  assert.ok(pid > 0)
  await new Promise((resolve) => owner.once('exit', resolve))
  const until = performance.now() + 20_000
  while (isAlive(pid)) {
    assert.ok(performance.now() < until, 'the process is still there')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
