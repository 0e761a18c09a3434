import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { Askers, watchLive } from './askers.ts'
import { KeptMessages } from './kept-messages.ts'
import { Ledger } from './ledger.ts'
import { LineWriters } from './line-writers.ts'
import { Machines } from './machines.ts'
import { pause, quantile, scaled, seeded } from './scale.ts'

const SEED = 20_261_123
const LOOPS = scaled(20, 200)
const SIGNALS = 25
/** 20,000 points a second over MQTT, and line protocol beside it. */
const MESSAGES_PER_SECOND = 800
/** A ready platform after a kill; the aim is 10 s on two free cores. */
const READY_LIMIT_MS = 120_000
const LOOP_MS = 600_000

let dataDir = ''
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'millwright-kill-'))
})
after(async () => {
  await endAll()
  await rm(dataDir, { recursive: true, force: true })
})

/** Small limits, so that compaction, merges and new segments are under way at nearly every moment. */
const FLAGS = ['--log.level', 'warn', '--historian.compact-after-rows', '20000', '--journal.segment-bytes', '1MiB', '--journal.reserve-bytes', '4MiB', '--plant.live-snapshot-seconds', '1', '--api.max-signals-per-query', '100000']

test(`F1: killed at ${LOOPS} random moments under load, the platform keeps all that it acknowledged, once`, { timeout: scaled(600_000, 7_200_000) }, async (t) => {
  const random = seeded(SEED)
  const ledger = new Ledger('plant', SIGNALS)
  const messages = new KeptMessages()
  const edits = new Edits()
  const startMs = Date.now() - 2 * 86_400_000
  const readyMs: number[] = []
  let acked = 0
  for (let loop = 0; loop <= LOOPS; loop++) {
    const millwright = await MillwrightProcess.start({ dataDir, flags: FLAGS, readyMs: READY_LIMIT_MS })
    readyMs.push(millwright.readyMs)
    if (loop === 0) await messages.prepare(millwright.mqttPort)
    else {
      const fromMs = startMs + (loop - 1) * LOOP_MS
      const balance = await ledger.balance(millwright, fromMs, fromMs + LOOP_MS)
      assert.deepEqual({ ...balance, acked: 0, stored: 0 }, { acked: 0, stored: 0, missing: 0, doubled: 0, wrong: 0, examples: [] }, `after kill ${loop}`)
      await messages.check(millwright.mqttPort)
      await edits.check(millwright)
      acked += balance.acked
    }
    if (loop === LOOPS) {
      await checkAll(millwright, ledger, startMs)
      await millwright.kill('SIGKILL')
      break
    }
    const failures = await loadThenKill(millwright, { ledger, messages, edits, startMs: startMs + loop * LOOP_MS, killAfterMs: 300 + random() * 1_500 })
    assert.deepEqual(failures, [], `before kill ${loop + 1}`)
  }
  assert.equal(ledger.points, acked)
  assert.ok(acked > LOOPS * 1_000, `only ${acked} points were acknowledged: that is no load`)
  t.diagnostic(`${LOOPS} kills, ${acked} acknowledged points, 0 lost, 0 doubled; ${edits.acked} edits; ready after ${Math.round(quantile(readyMs, 0.5))} ms (median), ${Math.round(Math.max(...readyMs))} ms (longest)`)
})

/** Everything of all loops together, after the last kill. */
async function checkAll(millwright: MillwrightProcess, ledger: Ledger, startMs: number): Promise<void> {
  const all = await ledger.balance(millwright, startMs, startMs + LOOPS * LOOP_MS)
  assert.deepEqual([all.missing, all.doubled, all.wrong], [0, 0, 0], all.examples.join('; '))
  assert.equal(all.acked, ledger.points)
  assert.equal(await millwright.sqlNumber(`SELECT count(*) - count(DISTINCT (signal, time)) FROM samples WHERE signal LIKE 'plant/%'`), 0)
  const history = (await millwright.getJson('/api/v1/status')) as { history: { files: number; quarantined: unknown[] }; journal: { quarantined: unknown[] } }
  assert.ok(history.history.files > 0, 'nothing was compacted: the test did not test that')
  assert.deepEqual([...history.history.quarantined, ...history.journal.quarantined], [], 'a kill damages no file')
}

interface Load {
  readonly ledger: Ledger
  readonly messages: KeptMessages
  readonly edits: Edits
  readonly startMs: number
  readonly killAfterMs: number
}

/** Loads the platform in every way at once, kills it without warning, and answers what it said that it should not have. */
async function loadThenKill(millwright: MillwrightProcess, { ledger, messages, edits, startMs, killAfterMs }: Load): Promise<readonly string[]> {
  const { url, mqttPort } = millwright
  const live = new AbortController()
  const machines = await Machines.start({ port: mqttPort, ledger, connections: 4, messagesPerSecond: MESSAGES_PER_SECOND, startMs, newMachineEvery: 40 })
  const writers = new LineWriters({ url, ledger, writers: 2, linesPerBody: 20, everyMs: 20, startMs: startMs + LOOP_MS / 2 })
  messages.start(mqttPort)
  edits.start(url)
  const watching = [watchLive(url, 'plant', live.signal), watchLive(url, 'plant', live.signal)]
  const signal = '/api/v1/signals/plant/machine0/s0'
  const askers = new Askers(url, [`${signal}/samples?from=-3d&points=200`, `${signal}/samples?from=-3d&every=1m`, `${signal}/last`, '/api/v1/status', '/api/v1/assets?under=plant&limit=100'], 10)
  await pause(killAfterMs)
  await millwright.kill('SIGKILL')
  machines.stop()
  live.abort()
  await Promise.all([writers.stop(), messages.settle(), edits.settle(), askers.stop(), ...watching])
  const refused = [...writers.refused.keys()].filter((status) => status !== 0).map((status) => `a write was answered ${status}`)
  return [...refused, ...askers.failures]
}

/** Edits of the model by somebody, one after the other. */
class Edits {
  #made: string[] = []
  #next = 0
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  get acked(): number {
    return this.#next
  }

  start(url: string): void {
    this.#stop = new AbortController()
    this.#running = this.#edit(url, this.#stop.signal)
  }

  async settle(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async check(millwright: MillwrightProcess): Promise<void> {
    for (const path of this.#made) await millwright.getJson(`/api/v1/assets/${path}`)
    this.#made = []
  }

  async #edit(url: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const path = `office/edit${this.#next}`
      const answer = await fetch(`${url}/api/v1/assets/${path}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"level":"equipment"}', signal }).catch(() => undefined)
      if (answer === undefined) return
      if (!answer.ok) throw new Error(`an edit was answered ${answer.status}: ${await answer.text()}`)
      this.#made.push(path)
      this.#next++
    }
  }
}
