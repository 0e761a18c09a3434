import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { Ledger } from './ledger.ts'
import { Machines } from './machines.ts'
import { isTorture, pause, quantile, scaled, tortureOnly, until } from './scale.ts'
import { noSmallDisk, SmallDisk } from './small-disk.ts'
import { noSystemCallFaults, tamper } from './system-calls.ts'

const MIB = 1024 * 1024
const DISK_BYTES = 48 * MIB
const ROUNDS = scaled(1, 10)
/** The limit of the fault table. */
const RESUME_LIMIT_MS = 30_000
const FLAGS = ['--log.level', 'warn', '--journal.segment-bytes', '1MiB', '--journal.reserve-bytes', '0', '--plant.live-snapshot-seconds', '1']

after(endAll)

interface Status {
  readonly ready: boolean
  readonly reasons: readonly { readonly part: string; readonly reason: string }[]
  readonly warnings: readonly { readonly part: string; readonly reason: string }[]
  readonly journal: { readonly blocked: string | null }
}

const statusOf = async (millwright: MillwrightProcess) => (await millwright.getJson('/api/v1/status')) as Status

function write(millwright: MillwrightProcess): Promise<Response> {
  return fetch(`${millwright.url}/api/v1/samples`, { method: 'POST', body: '{"path":"plant/other","values":{"x":1}}', signal: AbortSignal.timeout(20_000) })
}

for (const [name, flags] of [
  ['what is set aside as free space is reached', ['--journal.min-free-bytes', '4MiB']],
  ['writes really fail', ['--journal.min-free-bytes', '0']],
] as const) {
  test(`F6: the disk is full (${name}): nothing is acknowledged, reads go on, and it resumes by itself`, { skip: noSmallDisk(), timeout: scaled(240_000, 1_200_000) }, async (t) => {
    const disk = await SmallDisk.mount(DISK_BYTES)
    t.after(() => disk.unmount())
    const ledger = new Ledger('plant', 10)
    const startMs = Date.now() - 3_600_000
    const millwright = await MillwrightProcess.start({ dataDir: disk.folder, flags: [...FLAGS, ...flags] })
    t.after(() => millwright.kill('SIGKILL'))
    const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 2, messagesPerSecond: 100, startMs, newMachineEvery: 100 })
    t.after(() => machines.stop())
    const resumeMs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await until('samples are acknowledged', 20_000, () => ledger.points > 1_000)
      await disk.fill(Math.min(4 * MIB, Math.floor(DISK_BYTES * 0.08)))
      await until('a warning tells that the disk is nearly full', 30_000, async () => (await statusOf(millwright)).warnings.some(({ part }) => part === 'disk'))
      const acked = await fillUntilSilent(disk, millwright, machines)
      const refused = await write(millwright)
      assert.equal(refused.status, 507, await refused.text())
      const status = await statusOf(millwright)
      assert.equal(status.ready, false)
      assert.match(status.reasons.map(({ reason }) => reason).join(), /disk/)
      const read = await fetch(`${millwright.url}/api/v1/signals/plant/machine0/s0/samples?from=-2h&limit=10`)
      assert.equal(read.status, 200, await read.text())
      assert.ok(machines.isConnected, 'a machine lost its connection')
      await disk.empty()
      resumeMs.push(await until('acknowledgements go on', RESUME_LIMIT_MS, () => machines.ackedMessages > acked))
    }
    await until('writes over HTTP are taken again', RESUME_LIMIT_MS, async () => (await write(millwright)).status === 200)
    machines.pause()
    await until('all is acknowledged', RESUME_LIMIT_MS, () => machines.unacked === 0)
    await until('history follows', 60_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
    const { missing, doubled, wrong, examples } = await ledger.balance(millwright, startMs, startMs + 3_600_000)
    assert.deepEqual([missing, doubled, wrong], [0, 0, 0], examples.join('; '))
    t.diagnostic(`${ledger.points} acknowledged points, 0 lost; acknowledgements again ${Math.round(Math.max(...resumeMs))} ms after there was space`)
  })
}

/** Fills the disk until nothing more is acknowledged: the platform itself frees some space at first, of journal that is in history. Answers what was acknowledged. */
async function fillUntilSilent(disk: SmallDisk, millwright: MillwrightProcess, machines: Machines): Promise<number> {
  let acked = -1
  await until('nothing more is acknowledged', 60_000, async () => {
    await disk.fill(0)
    const before = machines.ackedMessages
    await pause(1_000)
    acked = machines.ackedMessages
    return acked === before && (await statusOf(millwright)).journal.blocked !== null
  })
  return acked
}

const noFaults = noSystemCallFaults() || tortureOnly('system calls that fail or dawdle')

test('F7: syncs and writes fail with EIO: nothing is acknowledged meanwhile, and nothing acknowledged is lost', { skip: noFaults, timeout: 600_000 }, async (t) => {
  const ledger = new Ledger('plant', 10)
  const startMs = Date.now() - 3_600_000
  const millwright = await MillwrightProcess.start({ flags: FLAGS })
  t.after(() => millwright.stop())
  const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 2, messagesPerSecond: 200, startMs })
  t.after(() => machines.stop())
  for (const inject of ['fdatasync:error=EIO', 'fdatasync:error=EIO:when=1', 'fdatasync:error=EIO:when=3+4', 'pwrite64:error=EIO:when=2+3', 'pwrite64:error=EIO:when=5']) {
    const before = machines.ackedMessages
    await until('samples are acknowledged', 30_000, () => machines.ackedMessages > before + 50)
    const repair = await tamper(millwright.pid, inject)
    await pause(1_000)
    const acked = machines.ackedMessages
    await pause(3_000)
    if (inject === 'fdatasync:error=EIO') {
      assert.equal(machines.ackedMessages, acked, 'a message was acknowledged although no sync succeeds')
      assert.equal((await write(millwright)).status, 503)
      assert.match(JSON.stringify((await statusOf(millwright)).reasons), /the disk failed/)
    }
    await repair()
    const at = machines.ackedMessages
    const ms = await until(`${inject}: acknowledgements go on`, 60_000, () => machines.ackedMessages > at)
    t.diagnostic(`${inject}: acknowledgements again ${Math.round(ms)} ms after the disk was repaired`)
  }
  machines.pause()
  await until('all is acknowledged', 60_000, () => machines.unacked === 0)
  // Whatever was told as stored is there after a restart, too.
  await until('history follows', 60_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
  const balance = await ledger.balance(millwright, startMs, startMs + 3_600_000)
  assert.deepEqual([balance.missing, balance.doubled, balance.wrong], [0, 0, 0], balance.examples.join('; '))
  assert.ok(machines.isConnected)
})

test('F8: each sync takes half a second: machines are slowed down, nothing is dropped, memory stays bounded', { skip: noFaults, timeout: 600_000 }, async (t) => {
  const ledger = new Ledger('plant', 25)
  const startMs = Date.now() - 3_600_000
  const millwright = await MillwrightProcess.start({ flags: FLAGS })
  t.after(() => millwright.stop())
  const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 4, messagesPerSecond: 800, startMs })
  t.after(() => machines.stop())
  await pause(3_000)
  const residentBefore = await millwright.residentBytes()
  machines.takeLatencies()
  const repair = await tamper(millwright.pid, 'fdatasync:delay_enter=500000')
  await pause(isTorture ? 20_000 : 5_000)
  const latencies = machines.takeLatencies()
  const grown = (await millwright.residentBytes()) - residentBefore
  await repair()
  machines.pause()
  await until('all is acknowledged', 60_000, () => machines.unacked === 0)
  await until('history follows', 60_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
  const balance = await ledger.balance(millwright, startMs, startMs + 3_600_000)
  assert.deepEqual([balance.missing, balance.doubled, balance.wrong], [0, 0, 0], balance.examples.join('; '))
  assert.ok(latencies.length > 100, 'nothing was acknowledged while syncs took long')
  assert.ok(grown < 512 * MIB, `memory grew by ${grown} bytes`)
  t.diagnostic(`p99 of acknowledgement ${Math.round(quantile(latencies, 0.99))} ms, memory grew by ${Math.round(grown / MIB)} MiB`)
})
