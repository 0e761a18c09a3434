import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { Ledger } from './ledger.ts'
import { Machines } from './machines.ts'
import { pause, tortureOnly, until } from './scale.ts'

after(endAll)

/** The library that lies to a process about the time (Debian: faketime, or libfaketime). */
async function findLibrary(): Promise<string | undefined> {
  for (const folder of ['/usr/lib/x86_64-linux-gnu/faketime', '/usr/lib/aarch64-linux-gnu/faketime', '/usr/lib/faketime']) {
    if (!existsSync(folder)) continue
    const name = (await readdir(folder)).find((file) => file.startsWith('libfaketimeMT.so'))
    if (name !== undefined) return join(folder, name)
  }
  return undefined
}

const library = await findLibrary()
const missing = library === undefined ? 'NOT TESTED HERE: needs libfaketime (Debian: faketime)' : tortureOnly('jumps of the clock')

test('F11: the clock jumps an hour ahead, back, and ten years: acknowledgements go on, times of devices are kept, nothing is deleted', { skip: missing, timeout: 300_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-clock-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const clockFile = join(folder, 'offset')
  await writeFile(clockFile, '+0')
  const environment = { LD_PRELOAD: library ?? '', FAKETIME_TIMESTAMP_FILE: clockFile, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' }
  // A retention of a month, which ten years ahead would make everything too old.
  const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn', '--plant.retention-days', '30', '--historian.compact-after-rows', '2000'], environment })
  t.after(() => millwright.stop())
  const startMs = Date.now() - 3_600_000
  const ledger = new Ledger('plant', 10)
  const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 2, messagesPerSecond: 50, startMs })
  t.after(() => machines.stop())
  const statusOf = async () => (await millwright.getJson('/api/v1/status')) as { time: number; ingest: { ahead: number } }
  for (const [name, offset, seconds] of [['an hour ahead', '+3600', 3_600], ['back again', '+0', 0], ['an hour back', '-3600', -3_600], ['ten years ahead', '+315360000', 315_360_000], ['back again', '+0', 0]] as const) {
    await until('samples are acknowledged', 20_000, () => ledger.points > 100)
    await writeFile(clockFile, offset)
    await until(`the platform's clock is ${name}`, 20_000, async () => Math.abs((await statusOf()).time - Date.now() - seconds * 1_000) < 60_000)
    const acked = machines.ackedMessages
    await until(`acknowledgements go on, ${name}`, 20_000, () => machines.ackedMessages > acked + 20)
    const aheadBefore = (await statusOf()).ingest.ahead
    const answer = await fetch(`${millwright.url}/api/v1/samples`, { method: 'POST', body: JSON.stringify({ path: 'ahead/device', ts: Date.now() + 2_000, values: { x: 1 } }) })
    assert.equal(answer.status, 200)
    // Seen from an hour back, what devices send lies an hour ahead: it is taken and flagged.
    if (seconds === -3_600) assert.ok((await statusOf()).ingest.ahead > aheadBefore)
    // Longer than the time after which retention looks first.
    if (seconds > 1e6) await pause(75_000)
    assert.ok(machines.isConnected && millwright.isAlive, name)
  }
  machines.pause()
  await until('all is acknowledged', 20_000, () => machines.unacked === 0)
  await until('history follows', 60_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
  const { missing: lost, wrong, doubled, examples } = await ledger.balance(millwright, startMs, startMs + 3_600_000)
  assert.deepEqual([lost, wrong, doubled], [0, 0, 0], examples.join('; '))
  t.diagnostic(`${ledger.points} points, 0 lost over five jumps`)
})
