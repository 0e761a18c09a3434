/**
 * The plant model at the size of a large platform: 520,000 assets and 2.6 million signals (design, section 6).
 * Run by `node server/src/plant/plant-model.bench.ts [assets]`; prints one number a line.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import type { RegistryChange } from '../registry/registry.ts'
import { openSqliteRegistry } from '../registry/sqlite/sqlite-registry.ts'
import { loadPlantModel, type PlantModel } from './plant-model.ts'

const SIGNALS = ['轴承温度', 'vibration_rms', 'motor_current', 'running', 'discharge_pressure'] as const
const GROUP = 20_000

/** Changes that fill a registry: sites, areas and lines above `count` machines with five signals each. */
function* plantChanges(count: number): Generator<RegistryChange[]> {
  let [id, series] = [0, 0]
  let changes: RegistryChange[] = []
  const seen = new Set<string>()
  for (let machine = 0; machine < count; machine++) {
    const line = `企业${Math.floor(machine / 100_000)}/site${Math.floor(machine / 10_000)}/machining/line${Math.floor(machine / 100)}`
    for (const path of [...prefixes(line), `${line}/离心泵${machine}`]) {
      if (seen.has(path)) continue
      if (path.split('/').length < 5) seen.add(path)
      changes.push({ op: 'putAsset', asset: { id: ++id, path, level: 'equipment', type: 'centrifugal_pump', properties: { maker: `maker ${machine % 50}`, serial: `SN-${machine}` } } })
    }
    for (const name of SIGNALS) {
      changes.push({ op: 'putSignal', signal: { series: ++series, asset: id, name, kind: name === 'running' ? 'boolean' : 'number', unit: 'Cel', low: 0, high: 100, description: `${name} of the machine` } })
    }
    if (changes.length >= GROUP) {
      yield changes
      changes = []
    }
  }
  yield changes
}

function prefixes(path: string): string[] {
  const names = path.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

function report(what: string, value: number, unit: string): void {
  console.log(`${what}: ${value.toFixed(value < 10 ? 3 : 0)} ${unit}`)
}

function timed(what: string, rounds: number, work: (round: number) => unknown): void {
  work(0)
  const start = performance.now()
  for (let round = 0; round < rounds; round++) work(round)
  report(what, (performance.now() - start) / rounds, 'ms')
}

/** The longest that the event loop was held up is printed too: sockets wait so long. */
async function searched(what: string, search: () => Promise<{ readonly total: number | undefined }>): Promise<void> {
  const first = performance.now()
  const { total } = await search()
  const firstMs = performance.now() - first
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  const busy = process.cpuUsage()
  for (let round = 0; round < 5; round++) await search()
  const ms = (performance.now() - start) / 5
  const { user, system } = process.cpuUsage(busy)
  delay.disable()
  console.log(`${what}: ${ms.toFixed(1)} ms, ${((user + system) / 5_000).toFixed(1)} ms of a processor (first ${firstMs.toFixed(0)} ms, longest hold-up ${(delay.max / 1e6).toFixed(1)} ms, ${total} found)`)
}

function lookUps(model: PlantModel, paths: readonly string[]): void {
  const start = performance.now()
  for (const path of paths) model.lookUp(path, 'motor_current')
  report('look-up of a signal by path', ((performance.now() - start) / paths.length) * 1000, 'µs')
}

const count = Number(process.argv[2] ?? 520_000)
const folder = await mkdtemp(join(tmpdir(), 'plant-bench-'))
try {
  const options = { file: join(folder, 'registry.db'), clock: systemClock, log: silentLog }
  const registry = await openSqliteRegistry(options)
  let start = performance.now()
  for (const changes of plantChanges(count)) await registry.apply(changes)
  report('stored all', (performance.now() - start) / 1000, 's')
  await registry.close()
  start = performance.now()
  const busy = process.cpuUsage()
  const again = await openSqliteRegistry(options)
  const model = await loadPlantModel({ registry: again, log: silentLog })
  const loadBusy = process.cpuUsage(busy)
  report('loaded', (performance.now() - start) / 1000, 's')
  report('processor time of the load', (loadBusy.user + loadBusy.system) / 1e6, 's')
  report('assets', model.counts.assets, '')
  report('signals', model.counts.signals, '')
  report('memory of the process', process.memoryUsage.rss() / 2 ** 20, 'MiB')
  globalThis.gc?.()
  report('memory in use (exact with --expose-gc)', (process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers) / 2 ** 20, 'MiB')
  const paths = model.listAssets({ limit: 10_000 }).items.map((asset) => asset.path)
  lookUps(model, [...paths, ...paths, ...paths])
  timed('listing of roots', 100, () => model.listAssets({ direct: true, limit: 100 }))
  timed('page of 100 assets deep in the listing', 100, (round) => model.listAssets({ limit: 100, cursor: paths[round * 90] ?? '' }))
  await searched('search of assets, one hit at the end', () => model.findAssets({ search: `离心泵${count - 1}`, limit: 100 }))
  await searched('search of assets, no hit', () => model.findAssets({ search: 'no such thing', limit: 100 }))
  await searched('search of assets, half of them', () => model.findAssets({ search: 'line1', limit: 100 }))
  await searched('search of assets by pinyin, no hit', () => model.findAssets({ search: 'lxbx', limit: 100 }))
  await searched('search of signals, no hit', () => model.findSignals({ search: 'line1 no', limit: 100 }))
  await searched('search of signals, some', () => model.findSignals({ search: 'line12 motor', limit: 100 }))
  await searched('search of signals, every fifth', () => model.findSignals({ search: 'vib', limit: 100 }))
  await searched('search of signals by pinyin', () => model.findSignals({ search: 'zcwd', limit: 100 }))
  await searched('search over a path, no hit', () => model.findSignals({ search: 'line1/zzz', limit: 100 }))
  await searched('search over a path, some', () => model.findSignals({ search: 'line12/离心泵1200/motor', limit: 100 }))
  timed('series under one site', 20, () => model.seriesUnder(paths[1] ?? '', 100_000))
  start = performance.now()
  for (let round = 0; round < 20; round++) await model.edit([{ op: 'updateAsset', path: paths[5_000 + round] ?? '', fields: { description: `round ${round}` } }])
  report('edit of one asset, synced', (performance.now() - start) / 20, 'ms')
  report('memory of the process at the end', process.memoryUsage.rss() / 2 ** 20, 'MiB')
  await again.close()
} finally {
  await rm(folder, { recursive: true })
}
