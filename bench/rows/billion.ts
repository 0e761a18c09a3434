import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runLoad } from '../load/in-worker.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { mustEqual, type BenchRow } from '../report.ts'
import { generateHistory } from '../../server/src/historian/embedded/generate-history.ts'
import { settingsFrom } from '../../server/src/cli/run.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { DATA } from '../../server/src/plant/open-plant.ts'
import { writeSensorRegistry } from '../large-registry.ts'

const DAY_MS = 86_400_000
const POINTS = 800
/** Half of the aim of a million samples a second, as messages of ten. */
const HALF_LOAD_MESSAGES = 50_000

/** One signal, one day at 1 Hz out of a billion samples, as 800 plot points, while samples come in at half load; and what a sample costs on disk. */
export const billion: BenchRow = {
  name: 'billion',
  summary: 'plot of one signal and day out of 1,000,000,000 samples while ingesting; bytes per sample',
  async run(scale) {
    const [series, days] = scale.quick ? [200, 1] : [1_000, 12]
    const dataDir = await mkdtemp(join(tmpdir(), 'millwright-billion-'))
    try {
      scale.say(`  generating ${(series * days * 86_400).toLocaleString('en')} samples …`)
      await mkdir(join(dataDir, DATA.history), { recursive: true })
      await writeSensorRegistry(dataDir, series)
      const firstDay = Math.floor(Date.now() / DAY_MS) - days - 1
      const started = performance.now()
      const rows = await generateHistory({ dir: join(dataDir, DATA.history), settings: settingsFrom([]).settings.historian, clock: systemClock, log: silentLog, series, days, firstDay, periodMs: 1_000, rollups: true })
      const generatedSeconds = (performance.now() - started) / 1000
      const samplesBytes = await folderBytes(join(dataDir, DATA.history))
      // Counting a billion rows to prove the run takes longer than a person may ask for.
      const millwright = await MillwrightProcess.start({ dataDir, flags: ['--log.level', 'warn', '--api.sql-timeout-ms', '600000', '--api.query-timeout-ms', '600000'] })
      try {
        const seconds = scale.quick ? 6 : 30
        const load = runLoad('mqtt-load', {
          host: '127.0.0.1',
          port: millwright.mqttPort,
          connections: 10,
          window: 100,
          seconds: seconds + 2,
          valuesPerMessage: 10,
          assetsPerConnection: 20,
          startMs: Date.now() - DAY_MS / 24,
          messagesPerSecond: HALF_LOAD_MESSAGES,
          root: 'load',
        })
        await new Promise((resolve) => setTimeout(resolve, 2_000))
        const latencies = await plotAway(millwright, series, days, firstDay, seconds)
        const ingested = await load
        const count = await millwright.sqlNumber(`SELECT count(*) FROM samples WHERE signal LIKE 'sensors/%'`)
        mustEqual('samples', { generated: rows, 'read back': count })
        const at = (share: number): string => `${(latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(0)} ms`
        return [
          {
            what: `one signal, one day at 1 Hz of ${rows.toLocaleString('en')} samples as ${POINTS} points, at half load`,
            value: `p50 ${at(0.5)}, p99 ${at(0.99)} (${latencies.length} plots)`,
            aim: 'p99 ≤ 50 ms',
            peer: `meanwhile ${Math.round(ingested.ackedSamples / ingested.seconds).toLocaleString('en')} samples/s in, ack p99 ${ingested.p99Ms.toFixed(0)} ms`,
            proof: `generated in ${generatedSeconds.toFixed(0)} s, read back ${count.toLocaleString('en')}; RSS ${Math.round((await millwright.residentBytes()) / 2 ** 20)} MiB`,
          },
          {
            what: 'storage, cold, 1 Hz with 2 decimals',
            value: `${(samplesBytes.raw / rows).toFixed(2)} bytes per sample, and ${(samplesBytes.rollups / rows).toFixed(2)} for its rollups`,
            aim: '≤ 2.2 bytes',
            peer: 'published: InfluxDB 5–8, PostgreSQL 94, VictoriaMetrics 0.5–1.5',
            proof: `${rows.toLocaleString('en')} samples in ${samplesBytes.files} Parquet files`,
          },
        ]
      } finally {
        await millwright.stop()
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}

/** Plots of random signals and days, one after the other; latencies in order of size, milliseconds. */
async function plotAway(millwright: MillwrightProcess, series: number, days: number, firstDay: number, seconds: number): Promise<number[]> {
  const latencies: number[] = []
  const until = performance.now() + seconds * 1000
  let seed = 12_345
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff
    return seed % below
  }
  while (performance.now() < until) {
    const from = (firstDay + random(days)) * DAY_MS
    const started = performance.now()
    const answer = await millwright.getJson(`/api/v1/signals/sensors/sensor${1 + random(series)}/value/samples?from=${from}&to=${from + DAY_MS}&points=${POINTS}`)
    latencies.push(performance.now() - started)
    const times = (answer as { times?: unknown[] }).times?.length ?? 0
    if (times === 0 || times > POINTS) throw new Error(`a plot had ${times} points`)
  }
  return latencies.sort((a, b) => a - b)
}

async function folderBytes(folder: string): Promise<{ raw: number; rollups: number; files: number }> {
  let [raw, rollups, files] = [0, 0, 0]
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.parquet')) continue
    const { size } = await stat(join(folder, name))
    files++
    if (/minutes|hours/.test(name)) rollups += size
    else raw += size
  }
  return { raw, rollups, files }
}
