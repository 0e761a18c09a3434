import { runLoad } from '../load/in-worker.ts'
import type { LoadResult } from '../load/load-result.ts'
import type { MqttLoad } from '../load/mqtt-load.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { startMosquitto } from '../peer-process.ts'
import { mustEqual, rate, ratio, type BenchRow, type BenchScale, type Measurement } from '../report.ts'
import { readBack } from '../read-back.ts'

const CONNECTIONS = 50
const WINDOW = 100
const ASSETS_PER_CONNECTION = 20

/** Durable ingest over MQTT QoS 1: JSON of 10 values and of 1 value, beside Mosquitto, which stores nothing. */
export const ingestMqtt: BenchRow = {
  name: 'ingest-mqtt',
  summary: 'durable ingest over MQTT QoS 1, JSON of 10 values and of 1 value a message',
  async run(scale) {
    return [await measure(scale, 10, '≥ 1,000,000 samples/s'), await measure(scale, 1, '≥ 200,000 messages/s, p99 ≤ 50 ms')]
  },
}

async function measure(scale: BenchScale, valuesPerMessage: number, aim: string): Promise<Measurement> {
  const seconds = scale.quick ? 4 : 20
  const load = (port: number, root: string, forSeconds: number): MqttLoad => ({
    host: '127.0.0.1',
    port,
    connections: CONNECTIONS,
    window: WINDOW,
    seconds: forSeconds,
    valuesPerMessage,
    assetsPerConnection: ASSETS_PER_CONNECTION,
    startMs: Date.now() - 86_400_000,
    root,
  })
  const mosquitto = await peerRate(load, Math.min(seconds, 5))
  const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
  try {
    await runLoad('mqtt-load', load(millwright.mqttPort, 'warm', 1))
    scale.say(`  sending ${valuesPerMessage} value(s) a message for ${seconds} s …`)
    const result = await runLoad('mqtt-load', load(millwright.mqttPort, 'run', seconds))
    const back = await readBack(millwright, 'run/%', seconds * 3)
    mustEqual('samples', { acknowledged: result.ackedSamples, stored: back.stored })
    return {
      what: `MQTT QoS 1, JSON of ${valuesPerMessage}`,
      value: `${rate(result.ackedSamples, result.seconds, 'samples')}, ${rate(result.ackedMessages, result.seconds, 'messages')}; ack p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms`,
      aim,
      peer: mosquitto === undefined ? 'Mosquitto not installed' : `Mosquitto ${rate(mosquitto.ackedMessages, mosquitto.seconds, 'messages')}, storing nothing: ${ratio(result.ackedMessages / result.seconds, mosquitto.ackedMessages / mosquitto.seconds)}`,
      proof: `sent ${result.sentMessages.toLocaleString('en')} messages, acknowledged ${result.ackedSamples.toLocaleString('en')} samples, read back ${back.stored.toLocaleString('en')}; all in history ${back.lagSeconds.toFixed(1)} s after the last; RSS ${Math.round((await millwright.residentBytes()) / 2 ** 20)} MiB`,
    }
  } finally {
    await millwright.stop()
  }
}

async function peerRate(load: (port: number, root: string, seconds: number) => MqttLoad, seconds: number): Promise<LoadResult | undefined> {
  const mosquitto = await startMosquitto()
  if (mosquitto === undefined) return undefined
  try {
    return await runLoad('mqtt-load', load(mosquitto.port, 'peer', seconds))
  } finally {
    await mosquitto.stop()
  }
}
