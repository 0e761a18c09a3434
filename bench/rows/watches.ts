import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Status } from '@millwright/model/quality.ts'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import { seededRandom } from '../../server/src/intelligence/algebra/random.ts'
import { CpuMeter } from '../../server/src/intelligence/arena/cpu-meter.ts'
import { OnnxHost } from '../../server/src/intelligence/onnx/onnx-host.ts'
import { StreamWatch } from '../../server/src/intelligence/runtime/stream-watch.ts'
import { readWatchState, writeWatchState } from '../../server/src/intelligence/runtime/watch-state-file.ts'
import { mustEqual, type BenchRow, type Measurement } from '../report.ts'

/** Machines and signals of each; two days at a sample a minute teach, then hours of a sample a second are timed. */
const [ASSETS, SIGNALS, TAUGHT_MINUTES] = [5, 20, 2 * 1_440]
const RESTORED = 10_000
const START_US = Date.UTC(2026, 0, 5) * 1_000
const ONNX_CALLS = 10_000
const ONNX = fileURLToPath(new URL('../../server/src/intelligence/onnx/fixtures/soft-sensor.onnx', import.meta.url))

/** The watches as they run, with all that the router picks: samples a second of one core, memory of a signal, restart of a large plant, and a call of a small ONNX model. */
export const watches: BenchRow = {
  name: 'watches',
  summary: 'default watches of the running platform: samples a second of one core, state, restart with 10,000 assets; a call of an ONNX model',
  async run({ quick, say }) {
    const { stream, samples, meter, judged, picked } = watchMachines(quick ? 1 : 4)
    say(`  ${judged} of ${ASSETS * SIGNALS} signals are judged, by ${picked.join(', ')}`)
    if (judged === 0) throw new Error('no signal is judged: nothing was measured')
    const assets = stream.status(0).assets
    const [one] = stream.save()
    if (one === undefined) throw new Error('no watch to save')
    const extra = assets.reduce((sum, { extraBytes }) => sum + extraBytes, 0)
    const restart = await restartOf(one)
    return [
      { what: 'watches of one core, a sample a second', value: `${Math.round(1e6 / meter.each(samples)).toLocaleString('en')} samples/s`, aim: '≥ 500,000', peer: '', proof: `processor time of the thread over ${samples.toLocaleString('en')} samples of ${judged} judged signals` },
      { what: 'saved state of a signal, one operating state', value: `${Math.round(one.champion.state.length / SIGNALS)} bytes`, aim: '≤ 1,024', peer: '', proof: `of a machine of ${SIGNALS} signals; detectors picked beside the usual ones: ${Math.round(extra / 1024)} KiB in all` },
      { what: `restart of ${RESTORED.toLocaleString('en')} assets, ${(RESTORED * SIGNALS).toLocaleString('en')} signals`, value: `${restart.seconds.toFixed(1)} s`, aim: '< 5 s', peer: '', proof: `from a file of ${Math.round(restart.bytes / 1e6)} MB, by the clock on the wall; processor time ${restart.readCpu.toFixed(1)} s to read and check, ${restart.buildCpu.toFixed(1)} s to rebuild` },
      await onnxCall(),
    ]
  },
}

/** Machines whose signals go with a load that wanders, watched by the clock of the samples alone. */
function watchMachines(hours: number) {
  const random = seededRandom(1)
  const stream = new StreamWatch({ alarmsPerWeek: 1, maxAssets: ASSETS, onNews: () => undefined, onReplaced: () => undefined, onMissedPast: () => undefined })
  const firstOf = (asset: number) => 1 + asset * (SIGNALS + 1)
  stream.setCatalogue(Array.from({ length: ASSETS }, (_, asset) => ({ asset: asset + 1, numbers: Array.from({ length: SIGNALS }, (_signal, at) => firstOf(asset) + at), states: [firstOf(asset) + SIGNALS], others: [] })))
  const loads = new Float64Array(ASSETS)
  const batchOf = (timeUs: number, isFirst: boolean) => {
    const builder = new BatchBuilder(ASSETS * SIGNALS)
    for (let asset = 0; asset < ASSETS; asset++) {
      const load = (loads[asset] = 0.99 * (loads[asset] ?? 0) + random() - 0.5)
      if (isFirst) builder.addText(firstOf(asset) + SIGNALS, timeUs, 'execute', Status.good)
      for (let signal = 0; signal < SIGNALS; signal++) builder.addNumber(firstOf(asset) + signal, timeUs, 50 + (signal + 1) * load + random() + random(), Status.good)
    }
    return builder.view(timeUs)
  }
  for (let minute = 0; minute < TAUGHT_MINUTES; minute++) stream.take(batchOf(START_US + minute * US_PER_MINUTE, minute === 0))
  const meter = new CpuMeter()
  let samples = 0
  // A minute at once, so that the clock of whole microseconds and the making of samples do not count.
  for (let minute = 0; minute < hours * 60; minute++) {
    const batches = Array.from({ length: 60 }, (_, second) => batchOf(START_US + 2 * US_PER_DAY + (minute * 60 + second) * US_PER_SECOND, false))
    meter.run(() => batches.forEach((batch) => stream.take(batch)))
    samples += 60 * ASSETS * SIGNALS
  }
  const { assets } = stream.status(0)
  return { stream, samples, meter, judged: assets.reduce((sum, { judged }) => sum + judged.length, 0), picked: [...new Set(assets.flatMap(({ picks }) => picks.flatMap(({ detector, isOn }) => (isOn && detector !== null ? [detector] : []))))] }
}

async function restartOf(slot: ReturnType<StreamWatch['save']>[number]): Promise<{ readonly seconds: number; readonly readCpu: number; readonly buildCpu: number; readonly bytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-watches-'))
  try {
    const file = join(folder, 'watches')
    const bytes = await writeWatchState(file, { position: 1, slots: Array.from({ length: RESTORED }, (_, asset) => ({ ...slot, asset: asset + 1 })) })
    const begunMs = performance.now()
    const before = process.threadCpuUsage()
    const state = await readWatchState(file)
    const read = process.threadCpuUsage(before)
    const stream = new StreamWatch({ alarmsPerWeek: 1, maxAssets: RESTORED, onNews: () => undefined, onReplaced: () => undefined, onMissedPast: () => undefined })
    const meter = new CpuMeter()
    meter.run(() => stream.restore(state?.slots ?? []))
    const seconds = (performance.now() - begunMs) / 1_000
    mustEqual('assets', { saved: RESTORED, restored: stream.status(0).assets.length })
    return { seconds, readCpu: (read.user + read.system) / 1e6, buildCpu: meter.each(1) / 1e6, bytes }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function onnxCall(): Promise<Measurement> {
  const options = { file: 'bench', path: ONNX, maxMegabytes: 512, providers: ['cpu'] }
  const host = new OnnxHost(options)
  try {
    await host.ask({ type: 'load', ...options }, 30_000)
    const data = Float32Array.from({ length: 2 * ONNX_CALLS }, (_, at) => 20 + (at % 60))
    const order = { type: 'run', file: 'bench', feeds: [{ name: 'X', type: 'float32', dims: [1, 2], data }], fetch: 'variable', calls: ONNX_CALLS } as const
    await host.ask(order, 60_000)
    const outcome = await host.ask(order, 60_000)
    if (outcome.type !== 'ran') throw new Error(JSON.stringify(outcome))
    const sorted = outcome.us.toSorted()
    const at = (part: number) => (sorted[Math.floor(ONNX_CALLS * part)] ?? Number.NaN).toFixed(1)
    return { what: 'call of a small ONNX model', value: `${at(0.5)} µs median, ${at(0.99)} µs of 99 in 100`, aim: '≤ 50 µs', peer: '', proof: `${ONNX_CALLS.toLocaleString('en')} calls of ${readFileSync(ONNX).length} bytes, one after the other` }
  } finally {
    host.end()
  }
}
