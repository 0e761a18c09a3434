import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { Ledger } from './ledger.ts'
import { Machines } from './machines.ts'
import { pause, quantile, scaled, until } from './scale.ts'
import { noSmallMemory, SmallMemory } from './small-memory.ts'

const MIB = 1024 * 1024
const CAP_BYTES = 512 * MIB
const ROUNDS = scaled(1, 10)
const startMs = Date.now() - 3_600_000

/** Statements that want all memory there is. */
const HOARDING = [
  'SELECT list(r) FROM (SELECT random() AS r FROM range(1000000000)) t',
  'SELECT r FROM (SELECT random() AS r FROM range(300000000)) t ORDER BY r',
  'SELECT count(DISTINCT hash(r)) FROM range(1000000000) a(r)',
] as const

after(endAll)

test('F10: with 512 MB and statements that want more, each is answered in words, and machines go on', { skip: noSmallMemory(), timeout: scaled(120_000, 900_000) }, async (t) => {
  const memory = new SmallMemory(CAP_BYTES)
  const ledger = new Ledger('plant', 25)
  const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn', '--api.sql-timeout-ms', '5000'], launcher: memory.launcher })
  t.after(async () => {
    await millwright.stop()
    memory.remove()
  })
  const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 4, messagesPerSecond: 800, startMs })
  t.after(() => machines.stop())
  await until('machines are heard', 30_000, () => machines.ackedMessages > 1_000)
  machines.takeLatencies()
  await pause(2_000)
  const quiet = quantile(machines.takeLatencies(), 0.99)
  const statuses: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const asked = HOARDING.map((sql) => fetch(`${millwright.url}/api/v1/sql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sql }) }))
    for (const answer of await Promise.all(asked)) {
      const text = await answer.text()
      statuses.push(answer.status)
      assert.ok([200, 422, 503].includes(answer.status), `${answer.status} ${text}`)
      if (answer.status !== 200) assert.ok((JSON.parse(text) as { detail: string }).detail.length > 10, text)
    }
  }
  const loaded = quantile(machines.takeLatencies(), 0.99)
  assert.ok(millwright.isAlive && machines.isConnected, `the process did not live through it: ${millwright.output.slice(-2_000)}`)
  machines.pause()
  await until('all is acknowledged', 30_000, () => machines.unacked === 0)
  await until('history follows', 60_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
  const { acked, missing, wrong, doubled, examples } = await ledger.balance(millwright, startMs, startMs + 3_600_000)
  assert.deepEqual([missing, wrong, doubled], [0, 0, 0], examples.join('; '))
  assert.ok(statuses.some((status) => status !== 200), 'no statement was stopped: the test did not test that')
  t.diagnostic(
    `answers ${statuses.join(', ')}; acknowledgement p99 ${Math.round(quiet)} ms before, ${Math.round(loaded)} ms meanwhile; ${acked} points kept; the group used ${Math.round(memory.peakBytes / MIB)} MiB at most, files in memory included`,
  )
})
