import { LiveClientsThread } from '../load/live-clients.ts'
import { pause, until } from '../load/pause.ts'
import { PlantSource } from '../load/plant-source.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { mustEqual, type BenchRow } from '../report.ts'

const CLIENTS = 500
const MACHINES = 100
const SIGNALS = 20
/** Streams take their first frames, and compilers their time. */
const WARM_UP_MS = 3_000
/** After the last sample, for the last frames. */
const SETTLE_MS = 2_000

/** 500 browsers at once that watch the same 2,000 values, all changing once a second: how old a value is when it arrives, and what that costs. */
export const liveClients: BenchRow = {
  name: 'live-clients',
  summary: 'server-sent events: 500 clients at once, each 2,000 values at 1 Hz; age of a value on arrival',
  async run(scale) {
    const seconds = scale.quick ? 8 : 60
    const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
    try {
      const source = await PlantSource.open({ host: '127.0.0.1', port: millwright.mqttPort, root: 'live/hall', machines: MACHINES, signalsPerMachine: SIGNALS })
      await until('the plant is known', async () => (await millwright.metric('millwright_samples_stored_total')) >= MACHINES * SIGNALS)
      const clients = await LiveClientsThread.open({ host: '127.0.0.1', port: millwright.httpPort, target: '/api/v1/live?under=live', clients: CLIENTS })
      source.start()
      await pause(WARM_UP_MS)
      source.stop()
      await pause(SETTLE_MS)
      await clients.result()
      const [sentBefore, cpuBefore, started] = [source.samples, await millwright.cpuSeconds(), performance.now()]
      source.start()
      await pause(seconds * 1_000)
      source.stop()
      const share = ((await millwright.cpuSeconds()) - cpuBefore) / ((performance.now() - started) / 1_000)
      await pause(SETTLE_MS)
      const result = await clients.result()
      const thinned = await millwright.metric('millwright_live_frames_thinned_total')
      const resident = await millwright.residentBytes()
      const sent = source.samples - sentBefore
      // Thinning may leave out values that newer ones replace; without it every client must have every value.
      if (thinned === 0) mustEqual('values', { sent, 'at the client with the fewest': result.fewest, 'at the client with the most': result.most })
      await clients.close()
      source.close()
      return [
        {
          what: `${CLIENTS} live streams of ${(MACHINES * SIGNALS).toLocaleString('en')} values at 1 Hz`,
          value: `age on arrival p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms, longest ${result.longestMs} ms; ${Math.round((sent * CLIENTS) / seconds).toLocaleString('en')} values/s`,
          aim: 'p99 ≤ 250 ms',
          peer: '',
          proof: `${sent.toLocaleString('en')} sent in ${seconds} s, each client got ${result.fewest.toLocaleString('en')} to ${result.most.toLocaleString('en')}; ${thinned} frames thinned; ${(result.bytes / seconds / 1e6).toFixed(1)} MB/s, ${(share * 100).toFixed(0)} % of one core, RSS ${Math.round(resident / 2 ** 20)} MiB`,
        },
      ]
    } finally {
      await millwright.stop()
    }
  },
}
