import { runLoad } from '../load/in-worker.ts'
import type { SparkplugLoad } from '../load/sparkplug-load.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { mustEqual, rate, type BenchRow } from '../report.ts'
import { readBack } from '../read-back.ts'

const EDGES = 20
const WINDOW = 50
const METRICS = 100
/** The load patches the low 21 bits of its times. */
const TIME_STEP_MS = 2 ** 21

/** Durable ingest of Sparkplug B: 100 metrics a message by alias, QoS 1, the design's first row. */
export const ingestSparkplug: BenchRow = {
  name: 'ingest-sparkplug',
  summary: 'durable ingest of Sparkplug B over MQTT QoS 1, 100 metrics a message',
  async run(scale) {
    const seconds = scale.quick ? 4 : 20
    const startMs = Math.floor((Date.now() - 86_400_000) / TIME_STEP_MS) * TIME_STEP_MS
    const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
    const load = (root: string, forSeconds: number): SparkplugLoad => ({ host: '127.0.0.1', port: millwright.mqttPort, connections: EDGES, window: WINDOW, seconds: forSeconds, metricsPerMessage: METRICS, startMs, root })
    try {
      await runLoad('sparkplug-load', load('warm', 1))
      scale.say(`  sending ${METRICS} metrics a message for ${seconds} s …`)
      const result = await runLoad('sparkplug-load', load('run', seconds))
      const back = await readBack(millwright, 'run/%/d/%', seconds * 8)
      // The birth of each device told once that its metrics have no value yet.
      const births = EDGES * METRICS
      const marks = await millwright.sqlNumber("SELECT count(*) FROM samples WHERE signal LIKE 'run/%/d/%' AND value IS NULL")
      mustEqual('samples', { acknowledged: result.ackedSamples, stored: back.stored - marks })
      return [
        {
          what: `Sparkplug B, ${METRICS} metrics, QoS 1`,
          value: `${rate(result.ackedSamples, result.seconds, 'samples')}, ${rate(result.ackedMessages, result.seconds, 'messages')}; ack p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms (windows of ${WINDOW})`,
          aim: '≥ 2,000,000 samples/s',
          peer: '',
          proof: `sent ${result.sentMessages.toLocaleString('en')} messages, acknowledged ${result.ackedSamples.toLocaleString('en')} samples, read back ${(back.stored - marks).toLocaleString('en')} and ${marks} without a value of ${births} births; all in history ${back.lagSeconds.toFixed(1)} s after the last; RSS ${Math.round((await millwright.residentBytes()) / 2 ** 20)} MiB`,
        },
      ]
    } finally {
      await millwright.stop()
    }
  },
}
