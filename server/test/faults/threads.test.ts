import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { KeptMessages } from './kept-messages.ts'
import { Ledger } from './ledger.ts'
import { Machines } from './machines.ts'
import { pause, quantile, scaled, until } from './scale.ts'
import { WorkerInspector } from './worker-inspector.ts'

const DEATHS = scaled(3, 60)
/** Aim: 2 s on two free cores. */
const RESTART_LIMIT_MS = 60_000
/** Ways in which a thread dies: it leaves, throws where nobody catches, or fills its memory. */
const WAYS = [
  'process.exit(7)',
  'setTimeout(() => { throw new Error("thrown by the test") }, 0)',
  'setTimeout(() => { const hoard = []; for (;;) hoard.push(new Array(1e6).fill({})) }, 0)',
] as const

after(endAll)

for (const [thread, file, said] of [
  ['history', 'history-thread.ts', /the history thread ended/g],
  ['session store', 'sqlite-session-worker.ts', /the session store cannot be written/g],
] as const) {
  test(`F2: the ${thread} thread dies ${DEATHS} times under load: it is started again, machines go on, nothing is lost`, { timeout: scaled(300_000, 3_600_000) }, async (t) => {
    const ledger = new Ledger('plant', 25)
    const startMs = Date.now() - 3_600_000
    const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn', '--api.max-signals-per-query', '10000'], nodeFlags: ['--inspect=127.0.0.1:0', '--max-old-space-size=256'] })
    t.after(() => millwright.stop())
    const messages = new KeptMessages()
    await messages.prepare(millwright.mqttPort)
    messages.start(millwright.mqttPort)
    const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 4, messagesPerSecond: 800, startMs })
    t.after(() => machines.stop())
    const backMs: number[] = []
    for (let death = 0; death < DEATHS; death++) {
      await pause(500)
      await kill(millwright, file, said, WAYS[death % WAYS.length] ?? '')
      const acked = machines.ackedMessages
      backMs.push(await until('the thread is back', RESTART_LIMIT_MS, async () => await works(millwright)))
      await until('acknowledgements go on', RESTART_LIMIT_MS, () => machines.ackedMessages > acked)
      assert.ok(machines.isConnected, 'a machine lost its connection')
    }
    const acked = messages.acked
    await until('messages to keep are acknowledged again', RESTART_LIMIT_MS, () => messages.acked > acked)
    machines.pause()
    await until('all is acknowledged', RESTART_LIMIT_MS, () => machines.unacked === 0)
    await messages.settle()
    await until('history follows', 60_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
    const { missing, doubled, wrong, examples } = await ledger.balance(millwright, startMs, startMs + 3_600_000)
    assert.deepEqual([missing, doubled, wrong], [0, 0, 0], examples.join('; '))
    await messages.check(millwright.mqttPort)
    t.diagnostic(`${DEATHS} deaths, ${ledger.points} acknowledged points, 0 lost; back after ${Math.round(quantile(backMs, 0.5))} ms (median), ${Math.round(Math.max(...backMs))} ms (longest)`)
  })
}

/** Makes a thread die, and waits until the platform has said so in its log. */
async function kill(millwright: MillwrightProcess, file: string, said: RegExp, way: string): Promise<void> {
  const deaths = () => [...millwright.output.matchAll(said)].length
  const before = deaths()
  await until(`the thread is dead by ${way}`, RESTART_LIMIT_MS, async () => {
    // A new one for each try: it is told of all threads that live, and one of before may hold a thread that has left. A process that is being inspected would not end.
    const inspector = await WorkerInspector.attach(millwright.output)
    try {
      let victim: string | undefined
      await until('the thread is found', RESTART_LIMIT_MS, () => (victim = inspector.find(file)) !== undefined)
      inspector.run(victim ?? '', way)
      // A thread that has just begun does not hear yet, and is asked again.
      for (let asked = 0; asked < 40 && deaths() === before; asked++) await pause(50)
    } finally {
      inspector.close()
    }
    return deaths() > before
  })
}

async function works(millwright: MillwrightProcess): Promise<boolean> {
  const answer = await fetch(`${millwright.url}/api/v1/signals/plant/machine0/s0/samples?from=-2h&points=50`)
  await answer.arrayBuffer()
  return answer.ok
}
