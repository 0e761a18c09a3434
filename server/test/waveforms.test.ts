import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import mqtt from 'mqtt'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { EdgeSession } from '@millwright/model/sparkplug/edge-session.ts'
import { endAll, MillwrightProcess } from './support/millwright-process.ts'

after(endAll)

const RATE_HZ = 25_600
const T = Math.floor(Date.now() / 1_000) * 1_000 - 10_000
/** A second of vibration: a shaft's line, and a little noise of a seed. */
const BLOCK = Float32Array.from({ length: RATE_HZ }, (_, at) => 3 * Math.sin((2 * Math.PI * 24.3 * at) / RATE_HZ) + ((at * 7_919) % 101) / 1_000)

interface Waveforms {
  readonly times: readonly number[]
  readonly rateHz: readonly number[]
  readonly values: readonly (readonly (number | null)[])[]
}

async function waveformOf(millwright: MillwrightProcess, signal: string): Promise<Waveforms> {
  for (let i = 0; i < 400; i++) {
    const found = (await millwright.getJson(`/api/v1/signals/${signal}/samples?from=-1h`).catch(() => undefined)) as Waveforms | undefined
    if (found !== undefined && found.times.length > 0) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no waveform of ${signal} within 20 s`)
}

async function valueOf(millwright: MillwrightProcess, signal: string): Promise<number> {
  for (let i = 0; i < 600; i++) {
    const found = (await millwright.getJson(`/api/v1/signals/${signal}/samples?from=-1h`).catch(() => undefined)) as { readonly values: readonly number[] } | undefined
    if (found?.values[0] !== undefined) return found.values[0]
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing was computed of ${signal} within 30 s`)
}

test('a second of vibration comes in over MQTT as JSON and as Sparkplug, over HTTP too, and is read back point by point', { timeout: 110_000 }, async () => {
  const millwright = await MillwrightProcess.start()
  try {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${millwright.mqttPort}`, { reconnectPeriod: 0 })
    const message = { ts: T, values: { acceleration: { rateHz: RATE_HZ, waveform: Array.from(BLOCK) }, speed: 1458 } }
    await client.publishAsync('mw/v1/acme/pump', JSON.stringify(message), { qos: 1 })
    const session = new EdgeSession({ group: 'G', node: 'E' })
    session.connect(T)
    const rate = new Map([['rateHz', { type: DataType.double, value: { field: 'double', value: RATE_HZ } as const }]])
    const births = [session.nodeBirth([], T), session.deviceBirth('D', [{ name: 'acceleration', datatype: DataType.floatArray, properties: rate, value: null, timestampMs: T }], T)]
    for (const { topic, payload } of [...births, session.data('D', [{ name: 'acceleration', value: Array.from(BLOCK), timestampMs: T }], T)]) await client.publishAsync(topic, Buffer.from(payload), { qos: 1 })
    const answer = await fetch(`${millwright.url}/api/v1/samples`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ path: 'acme/fan', ...message }) })
    assert.equal(answer.ok, true, await answer.text())
    for (const signal of ['acme/pump/acceleration', 'G/E/D/acceleration', 'acme/fan/acceleration']) {
      const { times, rateHz, values } = await waveformOf(millwright, signal)
      assert.deepEqual([times, rateHz], [[T], [RATE_HZ]], signal)
      assert.deepEqual(Float32Array.from(values[0] ?? [], Number), BLOCK, signal)
    }
    // Each of them is also computed: RMS and peak of a sine of 3, beside the noise.
    for (const signal of ['acme/pump/acceleration', 'G/E/D/acceleration', 'acme/fan/acceleration']) {
      const [rms, peak] = [await valueOf(millwright, `${signal}_rms`), await valueOf(millwright, `${signal}_peak`)]
      assert.ok(Math.abs(rms - 3 / Math.SQRT2) < 0.01 && Math.abs(peak - 3) < 0.1, `${signal}: ${rms} ${peak}`)
    }
    client.end(true)
  } finally {
    await millwright.stop()
  }
})
