import { runLoad } from '../load/in-worker.ts'
import type { LineLoad } from '../load/line-load.ts'
import type { LoadResult } from '../load/load-result.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { startInfluxdb, startVictoriaMetrics, type Peer } from '../peer-process.ts'
import { readBack } from '../read-back.ts'
import { mustEqual, rate, ratio, type BenchRow } from '../report.ts'

const HOSTS = 1_000
const LINES_PER_BODY = 10_000
const WRITERS = 2

/** Durable ingest of InfluxDB line protocol over HTTP, the same lines into Millwright, InfluxDB and VictoriaMetrics. */
export const ingestLine: BenchRow = {
  name: 'ingest-line',
  summary: 'durable ingest of line protocol over HTTP (TSBS cpu-only shape, 10,000 lines a body)',
  async run(scale) {
    const seconds = scale.quick ? 4 : 20
    const peerSeconds = Math.min(seconds, 8)
    const influx = await peerResult(startInfluxdb, peerSeconds, async (peer) => {
      await fetch(`http://127.0.0.1:${peer.port}/query?q=CREATE%20DATABASE%20bench`, { method: 'POST' })
    })
    const victoria = await peerResult(startVictoriaMetrics, peerSeconds)
    const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
    try {
      await runLoad('line-load', lineLoad(millwright.httpPort, 'warm', 1))
      scale.say(`  sending line protocol for ${seconds} s …`)
      const result = await runLoad('line-load', lineLoad(millwright.httpPort, 'run', seconds))
      const back = await readBack(millwright, '%run%', seconds * 3)
      mustEqual('samples', { acknowledged: result.ackedSamples, stored: back.stored })
      return [
        {
          what: 'line protocol over HTTP',
          value: `${rate(result.ackedSamples, result.seconds, 'samples')}; body p99 ${result.p99Ms.toFixed(0)} ms`,
          aim: '≥ 1,500,000 samples/s',
          peer: [compare('InfluxDB 1.6', result, influx), compare('VictoriaMetrics, not durable', result, victoria)].join('; '),
          proof: `acknowledged ${result.ackedSamples.toLocaleString('en')} samples, read back ${back.stored.toLocaleString('en')}; all in history ${back.lagSeconds.toFixed(1)} s after the last; RSS ${Math.round((await millwright.residentBytes()) / 2 ** 20)} MiB`,
        },
      ]
    } finally {
      await millwright.stop()
    }
  },
}

function lineLoad(port: number, root: string, seconds: number): LineLoad {
  return {
    host: '127.0.0.1',
    port,
    path: '/write?db=bench&precision=ns',
    writers: WRITERS,
    hosts: HOSTS,
    linesPerBody: LINES_PER_BODY,
    seconds,
    startMs: Math.floor(Date.now() / 86_400_000) * 86_400_000 - 40 * 86_400_000,
    root,
  }
}

async function peerResult(start: () => Promise<Peer | undefined>, seconds: number, prepare: (peer: Peer) => Promise<void> = async () => {}): Promise<LoadResult | undefined> {
  const peer = await start()
  if (peer === undefined) return undefined
  try {
    await prepare(peer)
    return await runLoad('line-load', lineLoad(peer.port, 'peer', seconds))
  } finally {
    await peer.stop()
  }
}

function compare(name: string, ours: LoadResult, theirs: LoadResult | undefined): string {
  if (theirs === undefined) return `${name}: not installed`
  return `${name} ${rate(theirs.ackedSamples, theirs.seconds, 'samples')}: ${ratio(ours.ackedSamples / ours.seconds, theirs.ackedSamples / theirs.seconds)}`
}
