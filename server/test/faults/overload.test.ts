import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { runLoad } from '../../../bench/load/in-worker.ts'
import { Ledger } from './ledger.ts'
import { Machines } from './machines.ts'
import { pause, quantile, scaled, until } from './scale.ts'

const MIB = 1024 * 1024
const SECONDS = scaled(10, 900)
/** The limit of the fault table. */
const RECOVERY_LIMIT_MS = 60_000

after(endAll)

test(`F9: ${SECONDS} s of more than it can take: memory stays bounded, all that is acknowledged is stored, and it recovers`, { timeout: (SECONDS * 3 + 240) * 1_000 }, async (t) => {
  const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
  t.after(() => millwright.stop())
  const startMs = Date.now() - 86_400_000
  const ledger = new Ledger('plant', 10)
  const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 2, messagesPerSecond: 100, startMs, clientPrefix: 'bystander' })
  t.after(() => machines.stop())
  await pause(2_000)
  const before = await millwright.residentBytes()
  const quiet = quantile(machines.takeLatencies(), 0.99)
  let peak = 0
  const watch = setInterval(() => void millwright.residentBytes().then((bytes) => (peak = Math.max(peak, bytes))), 200)
  // As fast as it acknowledges, on many connections at once, over both ways in.
  const [mqtt, line] = await Promise.all([
    runLoad('mqtt-load', { host: '127.0.0.1', port: millwright.mqttPort, connections: 40, window: 1_000, seconds: SECONDS, valuesPerMessage: 10, assetsPerConnection: 10, startMs, root: 'flood' }),
    runLoad('line-load', { host: '127.0.0.1', port: millwright.httpPort, path: '/write?db=flood&precision=ns', writers: 4, hosts: 400, linesPerBody: 2_000, seconds: SECONDS, startMs, root: 'flood' }).catch((refused: unknown) => String(refused)),
  ])
  clearInterval(watch)
  machines.takeLatencies()
  const recoveredMs = await until('acknowledgements are quick again', RECOVERY_LIMIT_MS, async () => {
    await pause(1_000)
    return quantile(machines.takeLatencies(), 0.99) < Math.max(250, quiet * 3)
  })
  // The lag is of all that is in the journal: it is zero only for moments while the bystanders go on.
  machines.pause()
  await until('all is acknowledged', 20_000, () => machines.unacked === 0)
  const lagMs = await until('history has caught up', RECOVERY_LIMIT_MS + SECONDS * 2_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
  assert.ok(machines.isConnected && millwright.isAlive)
  assert.ok(peak < 2_048 * MIB, `memory reached ${peak} bytes`)
  const { missing, wrong, doubled, examples } = await ledger.balance(millwright, startMs, startMs + 3_600_000)
  assert.deepEqual([missing, wrong, doubled], [0, 0, 0], examples.join('; '))
  const stored = await millwright.sqlNumber("SELECT count(*) FROM samples WHERE signal LIKE 'flood/%'")
  assert.equal(stored, mqtt.ackedSamples)
  const lines = typeof line === 'string' ? `line protocol was told to wait (${line.slice(0, 80)})` : `${Math.round(line.ackedSamples / line.seconds)} points/s by line protocol`
  t.diagnostic(`${Math.round(mqtt.ackedSamples / mqtt.seconds)} points/s by MQTT, ${lines}; memory ${Math.round(before / MIB)} → ${Math.round(peak / MIB)} MiB; quick again after ${Math.round(recoveredMs)} ms, history after ${Math.round(lagMs)} ms more`)
})
